"""What a sweep is asked to do, and what it did: values that the plan and the sweep share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from studio_export.errors import StudioExportError
from studio_export.export import ages
from studio_export.export.hints import NOTHING_SHOWN, Shown
from studio_export.export.known import Known
from studio_export.model import Span
from studio_export.summary import Counts


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """What one sweep lists, and what it does with it.

    Attributes:
        span: the range that the cursors pass when the sweep is complete.
        back_to: list from here, to see the watched Executions before `span`; None for `span` alone.
        exact: list it without the second before it: that one failed.
        known: what need not be compared with the logs; None compares everything, and collects
            nothing for hints.
        max_pages: give the listing up after so many; None for the sweeper's limit.
        asks: list only who is active, and append nothing.
    """

    span: Span
    back_to: datetime | None = None
    exact: bool = False
    known: Known | None = None
    max_pages: int | None = None
    asks: bool = False

    @property
    def listed(self) -> Span:
        return Span(self.back_to, self.span.stop) if self.back_to else self.span


@dataclass(frozen=True, slots=True)
class Watermarks:
    """Instants that classify a record; None where they do not apply.

    Attributes:
        listed_before: records created earlier were listed before, so a new Sid there is late.
        last: records created in this span are listed for the last time.
    """

    listed_before: datetime | None = None
    last: Span | None = None

    @classmethod
    def of(cls, cursors: Mapping[int, datetime], now: datetime) -> "Watermarks":
        """Return those of a Flow; a replay, whose only age is 0, has none."""
        last = max(cursors)
        if not last:
            return cls()
        return cls(cursors[min(cursors)], Span(cursors[last], ages.instant_at_age(now, last)))


@dataclass(frozen=True, slots=True)
class SweepResult:
    """The result of one sweep.

    Attributes:
        complete: the last page was reached, and every record is in the logs.
        filled_pages: how many pages had records. Empty ones do not count: an API that ends each
            listing with an empty page would otherwise keep every span at its minimum.
        reached: when the last record was created: the oldest, for Twilio lists the newest first;
            None if there was none.
        failure: what ended the listing; the pages before it are in the logs. None if nothing did.
        shown: what a complete listing showed.
        final_lag_seconds: the longest time from the end of a watched Execution to its final line;
            None if no such line was written.
        filter_ignored: the answer to a question named an Execution that has ended.
    """

    counts: Counts
    complete: bool
    filled_pages: int = 0
    reached: datetime | None = None
    failure: StudioExportError | None = None
    shown: Shown = NOTHING_SHOWN
    final_lag_seconds: int | None = None
    filter_ignored: bool = False

    def page_seconds(self, span: Span) -> int | None:
        """Return how many seconds of creation time a page of `span` held; None without one."""
        if self.reached is None:
            return None
        return Span(self.reached, span.stop).seconds // self.filled_pages
