"""What fresh final lines may cost."""

from dataclasses import dataclass

from studio_export.twilio.listing import PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Freshness:
    """The budget of the watch.

    Attributes:
        requests_an_hour: how many requests a Flow's questions and errands may take in an hour; None
            for as many as they need. A question waits at most six hours. With the default, and
            8,000 Executions active at once, each final line comes within two hours of the end
            (docs/performance.md).
        page_rows: how many Executions a listing may be expected to show in one page.
    """

    requests_an_hour: int | None = 30
    page_rows: int = PAGE_SIZE * 9 // 10  # a day is not even: a full page would often be two


DEFAULT_FRESHNESS = Freshness()
