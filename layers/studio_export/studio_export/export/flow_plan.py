"""One Flow's work in one invocation: what to list next, how far its cursors came, what was done.

Spans under way are handed out as if all of them will succeed, and cursors move over them in the
order in which they were handed out. This plans and counts; it does no I/O.
"""

from collections import deque
from datetime import datetime

from studio_export.export import ages
from studio_export.export.sweep import SweepResult, Watermarks
from studio_export.model import Checkpoint, Counts, Failure, FlowSummary, Span


class FlowPlan:
    """The work of a tick; of a replay, if there is but the age 0 and `now` is the range's end."""

    def __init__(self, flow_sid: str, now: datetime, checkpoint: Checkpoint) -> None:
        self.flow_sid = flow_sid
        self.checkpoint = checkpoint
        self.counts = Counts()
        self._now = now
        self._under_way: deque[Span] = deque()
        self._swept: dict[Span, SweepResult] = {}
        # Eight sweeps that start at once would else all be as narrow as the first.
        self._unmeasured = ages.is_unmeasured(checkpoint)
        self._stopped = False
        self.error: Failure | None = None
        self.next_span = ages.next_span(checkpoint, now)

    @property
    def over(self) -> bool:
        """Whether nothing is under way, and nothing will be."""
        return self.next_span is None and not self._under_way

    def watch(self) -> Watermarks:
        """What the arrival of a record would mean now; in a replay, nothing."""
        cursors = self.checkpoint.cursors
        last = max(cursors)
        if not last:
            return Watermarks()
        return Watermarks(
            listed_before=cursors[min(cursors)],
            last=Span(cursors[last], ages.instant_at_age(self._now, last)),
        )

    def start(self) -> Span:
        """Hand out the next span."""
        if self.next_span is None:
            raise ValueError("there is no next span")
        span = self.next_span
        self._under_way.append(span)
        self._plan()
        return span

    def fail(self, span: Span, error: Failure | None, counts: Counts) -> None:
        """Take it that a sweep did not come to its end: it stays due, and no other is started."""
        self.counts += counts
        self._under_way.remove(span)
        self.stop(error)

    def stop(self, error: Failure | None) -> None:
        """Start nothing more; `error` is what a person must look at, if there is something."""
        self.error = self.error or error
        self._stopped = True
        self.next_span = None

    def finish(self, span: Span, swept: SweepResult) -> None:
        """Take what a sweep did, and move the cursors over all that is finished in a row."""
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
        waited = (span.seconds - ages.min_range_seconds(age, head) for age, span in due.items())
        return FlowSummary(
            flow_sid=self.flow_sid,
            counts=self.counts,
            head_lag_seconds=Span(cursors[head], self._now).seconds,
            headroom_seconds=ages.RETENTION - Span(oldest, self._now).seconds,
            overdue_seconds=max(waited, default=0),
            still_due=len(due),
            error=self.error,
        )

    def _plan(self) -> None:
        if self._stopped:
            return
        planned = self.checkpoint
        for span in self._under_way:
            done = self._swept.get(span)
            # What is finished tells how wide to go on, also while an earlier one still runs.
            if done and done.complete:
                planned = ages.advance(planned, span, self._now, done.filled_pages)
            elif self._unmeasured:
                planned = ages.advance_optimistically(planned, span, self._now)
            else:
                planned = ages.advance_cursors(planned, span, self._now)
        self.next_span = ages.next_span(planned, self._now)
