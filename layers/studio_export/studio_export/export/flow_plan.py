"""Plan one Flow's work in one run: next span, cursors and counts. Pure.

The plan starts spans on the assumption that all earlier ones succeed. It moves the cursors only
over finished spans, in the order in which they were started.
"""

from collections import deque
from datetime import datetime

from studio_export.export import ages
from studio_export.export.sweep import SweepResult, Watermarks
from studio_export.model import Checkpoint, Counts, Failure, FlowSummary, Span


class FlowPlan:
    """The plan of one Flow; a replay has the age 0 only, and ends at `now`."""

    def __init__(self, flow_sid: str, now: datetime, checkpoint: Checkpoint) -> None:
        self.flow_sid = flow_sid
        self.checkpoint = checkpoint
        self.counts = Counts()
        self._now = now
        self._under_way: deque[Span] = deque()
        self._swept: dict[Span, SweepResult] = {}
        # Slow start: without it, eight sweeps that start at once all have the first span's width.
        self._unmeasured = ages.is_unmeasured(checkpoint)
        self._stopped = False
        self.error: Failure | None = None
        self.next_span = ages.next_span(checkpoint, now)

    @property
    def is_finished(self) -> bool:
        """Whether no span is under way or left to start."""
        return self.next_span is None and not self._under_way

    def watermarks(self) -> Watermarks:
        """Return the instants that classify a record; a replay has none."""
        cursors = self.checkpoint.cursors
        last = max(cursors)
        if not last:
            return Watermarks()
        return Watermarks(
            listed_before=cursors[min(cursors)],
            last=Span(cursors[last], ages.instant_at_age(self._now, last)),
        )

    def start_next(self) -> Span:
        """Return the next span and count it as under way."""
        if self.next_span is None:
            raise ValueError("there is no next span")
        span = self.next_span
        self._under_way.append(span)
        self._plan()
        return span

    def record_failure(self, span: Span, error: Failure | None, counts: Counts) -> None:
        """Record that a sweep failed: its span stays due, and no further one starts."""
        self.counts += counts
        self._under_way.remove(span)
        self.stop(error)

    def stop(self, error: Failure | None) -> None:
        """Start no further span. The first `error` is kept; None means that time ran out."""
        self.error = self.error or error
        self._stopped = True
        self.next_span = None

    def record_result(self, span: Span, swept: SweepResult) -> None:
        """Record a sweep's result; move the cursors over the finished spans at the front."""
        self.counts += swept.counts
        self._unmeasured = False
        self._swept[span] = swept
        while self._under_way and self._under_way[0] in self._swept:
            first = self._under_way.popleft()
            done = self._swept.pop(first)
            if done.complete:
                self.checkpoint = ages.advance(self.checkpoint, first, self._now, done.filled_pages)
            else:
                self.checkpoint = ages.shrink(self.checkpoint, first)
        self._plan()

    def summary(self) -> FlowSummary:
        cursors = self.checkpoint.cursors
        due = ages.due(cursors, self._now)
        oldest = min((span.start for span in due.values()), default=self._now)
        head = min(cursors)
        overdue = (span.seconds - ages.min_range_seconds(age, head) for age, span in due.items())
        return FlowSummary(
            flow_sid=self.flow_sid,
            counts=self.counts,
            head_lag_seconds=Span(cursors[head], self._now).seconds,
            headroom_seconds=ages.RETENTION - Span(oldest, self._now).seconds,
            overdue_seconds=max(overdue, default=0),
            still_due=len(due),
            error=self.error,
        )

    def _plan(self) -> None:
        if self._stopped:
            return
        planned = self.checkpoint
        for span in self._under_way:
            done = self._swept.get(span)
            # A finished span is a measurement, even while an earlier one still runs.
            if done and done.complete:
                planned = ages.advance(planned, span, self._now, done.filled_pages)
            elif self._unmeasured:
                planned = ages.advance_optimistically(planned, span, self._now)
            else:
                planned = ages.advance_cursors(planned, span, self._now)
        self.next_span = ages.next_span(planned, self._now)
