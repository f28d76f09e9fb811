"""What fresh final lines may cost."""

from dataclasses import dataclass

from studio_export.twilio.listing import PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Freshness:
    """The budget of the watch.

    Attributes:
        requests_an_hour: how many requests a Flow's questions and errands may take in an hour; None
            for as many as they need. No question waits for it longer than six hours. With the
            default, 8,000 Executions that are active at once are seen to end within two hours
            (docs/performance.md).
        page_rows: how many Executions a listing may be expected to show in one page.
    """

    requests_an_hour: int | None = 30
    page_rows: int = PAGE_SIZE * 9 // 10  # a day is not even: a full page would often be two


DEFAULT_FRESHNESS = Freshness()
