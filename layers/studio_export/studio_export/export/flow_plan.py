"""Plan one Flow's work in one run: next span, cursors and counts. Pure.

The plan starts spans on the assumption that all earlier ones succeed. It moves the cursors only
over finished spans, in the order in which they were started. If a listing fails, the plan lists a
narrower span. If one second fails, the plan records it as a hole and skips it.
"""

from collections import deque
from dataclasses import replace
from datetime import datetime

from studio_export.errors import HoleError, StudioExportError, failure_of
from studio_export.export import ages, holes
from studio_export.export.hole_retries import HoleRetries
from studio_export.export.narrowing import Narrowing
from studio_export.export.sweep import SweepResult, Watermarks
from studio_export.model import Checkpoint, Span
from studio_export.summary import Counts, Failure, FlowSummary

# What one Flow may cost a run by failing: one poisoned second takes some twenty listings to find.
MAX_FAILED_LISTINGS = 64
_MAX_UNCONFIRMED = 6


class FlowPlan:
    """The plan of one Flow; a replay has the age 0 only, and ends at `now`."""

    def __init__(self, flow_sid: str, now: datetime, checkpoint: Checkpoint) -> None:
        self.flow_sid = flow_sid
        self._now = now
        gone = holes.expired(checkpoint.holes, now)
        kept = tuple(hole for hole in checkpoint.holes if hole not in gone)
        self._checkpoint = (
            ages.leave_holes(replace(checkpoint, holes=kept), now) if gone or kept else checkpoint
        )
        self.counts = Counts(holes_expired=sum(hole.seconds for hole in gone))
        self._under_way: deque[Span] = deque()
        self._swept: dict[Span, SweepResult] = {}
        # Without it, eight sweeps that start at once would all be as narrow as the first.
        self._unmeasured = ages.is_unmeasured(checkpoint)
        self._retries = HoleRetries(self._checkpoint.holes, now)
        self._exact: set[Span] = set()
        # A hole is saved only once Twilio answers a later listing: until then it may be down.
        self._asked_before_hole: set[Span] = set()
        self._confirmed: Checkpoint | None = None
        self._unconfirmed = 0
        self._narrowing: Narrowing | None = None
        self._failures = 0
        self._last_failure: StudioExportError | None = None
        self._stopped = False
        self.error: Failure | None = None
        self.next_span: Span | None = None
        self._plan()

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint to save, without the holes that no later answer has confirmed."""
        return self._confirmed or self._checkpoint

    @property
    def is_finished(self) -> bool:
        """Whether no span is under way or left to start."""
        return self.next_span is None and not self._under_way and not self._retries.are_under_way

    def watermarks(self) -> Watermarks:
        """Return the instants that classify a record; a replay has none."""
        cursors = self._checkpoint.cursors
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
        if span == self._retries.next_span:
            self._retries.start_next()
        else:
            self._under_way.append(span)
        narrowest = self._narrowing is not None and self._narrowing.narrowest == span
        if narrowest or span in self._retries or holes.follows_one(self._checkpoint.holes, span):
            self._exact.add(span)
        self._plan()
        return span

    def is_exact(self, span: Span) -> bool:
        """Whether a started span is listed without the second before it: that one failed."""
        return span in self._exact  # decided at its start: sweeps beside it may find holes

    def record_failure(self, span: Span, error: Failure | None, counts: Counts) -> None:
        """Record that a sweep failed: its span stays due, and no further one starts."""
        self.counts += counts
        if span in self._retries:
            self._retries.finish(span)
        else:
            self._under_way.remove(span)
        self.stop(error)

    def stop(self, error: Failure | None) -> None:
        """Start no further span. The first `error` is kept; None means that time ran out."""
        self._checkpoint, self._confirmed = self.checkpoint, None
        self.error = self.error or error
        self._stopped = True
        self.next_span = None

    def record_result(self, span: Span, swept: SweepResult) -> None:
        """Record a sweep's result; move the cursors over the finished spans at the front."""
        self.counts += swept.counts
        self._unmeasured = False
        if swept.counts.pages and span not in self._asked_before_hole:
            self._confirmed, self._unconfirmed = None, 0
        if swept.failure:
            self._failures += 1
            self._last_failure = swept.failure
        if span in self._retries:
            self._finish_retry(span, swept)
        else:
            self._swept[span] = swept
            while self._under_way and self._under_way[0] in self._swept:
                first = self._under_way.popleft()
                self._settle(first, self._swept.pop(first))
        too_many = self._failures >= MAX_FAILED_LISTINGS or self._unconfirmed > _MAX_UNCONFIRMED
        if swept.failure and too_many:
            self.stop(failure_of(swept.failure))
        self._plan()

    def summary(self) -> FlowSummary:
        cursors = self.checkpoint.cursors
        due = ages.due(cursors, self._now)
        oldest = min((span.start for span in due.values()), default=self._now)
        head = min(cursors)
        waited = [span.seconds - ages.min_range_seconds(age, head) for age, span in due.items()]
        waited += [Span(hole.stop, self._now).seconds for hole in self.checkpoint.holes[:1]]
        return FlowSummary(
            flow_sid=self.flow_sid,
            counts=self.counts,
            head_lag_seconds=Span(cursors[head], self._now).seconds,
            headroom_seconds=ages.RETENTION - Span(oldest, self._now).seconds,
            overdue_seconds=max(waited, default=0),
            still_due=len(due),
            hole_seconds=sum(hole.seconds for hole in self.checkpoint.holes),
            error=self.error or self._hole_failure(),
        )

    def _settle(self, span: Span, swept: SweepResult) -> None:
        """Move the cursors over a listed span or a hole; else plan a narrower span."""
        if swept.complete:
            self._forget_hole(span)
            self._checkpoint = self._moved(self._checkpoint, span, swept)
            if self._narrowing:
                self._narrowing = self._narrowing.after_answer(span)
        elif swept.failure and self._is_hole(span):
            self._skip(span)
        else:
            self._checkpoint = ages.shrink(self._checkpoint, span)
            if swept.failure:
                self._narrowing = Narrowing.after_failure(span, self._narrowing)
        self._exact.discard(span)

    def _is_hole(self, span: Span) -> bool:
        """Whether the failed span is too narrow to split: one second, listed exactly.

        Behind a hole it may be twice as wide as the hole. Otherwise an hour that Twilio cannot list
        would cost one request for each of its seconds.
        """
        beside = sum(hole.seconds for hole in self._checkpoint.holes if hole.stop == span.start)
        return span.seconds <= max(1, 2 * beside) and self.is_exact(span)

    def _skip(self, span: Span) -> None:
        self._confirmed = self._confirmed or self._checkpoint
        self._unconfirmed += 1
        self._asked_before_hole = {span, *self._under_way}
        merged = holes.add(self._checkpoint.holes, span)
        width = next(hole.seconds for hole in merged if hole.stop >= span.stop)
        kept = replace(self._checkpoint, holes=merged)
        self._checkpoint = ages.skip(kept, span, self._now, next_seconds=2 * width)
        self._narrowing = None

    def _finish_retry(self, span: Span, swept: SweepResult) -> None:
        self._exact.discard(span)
        if swept.complete:
            self._retries.finish(span)
            self._forget_hole(span)
        else:
            self._retries.halve(span)

    def _moved(self, checkpoint: Checkpoint, span: Span, done: SweepResult) -> Checkpoint:
        moved = ages.advance(checkpoint, span, self._now, done.filled_pages)
        return ages.leave_holes(moved, self._now)

    def _forget_hole(self, span: Span) -> None:
        self._checkpoint = replace(
            self._checkpoint, holes=holes.remove(self._checkpoint.holes, span)
        )

    def _hole_failure(self) -> Failure | None:
        known = self.checkpoint.holes
        if not known:
            return None
        return Failure(HoleError, holes.describe(known, self._last_failure))

    def _plan(self) -> None:
        if self._stopped:
            return
        planned = self._checkpoint
        for handed_out in self._under_way:
            done = self._swept.get(handed_out)
            # A finished span sets the next width, even while an earlier span is under way.
            if done and done.complete:
                planned = self._moved(planned, handed_out, done)
            elif self._unmeasured:
                planned = ages.advance_optimistically(planned, handed_out, self._now)
            else:
                planned = ages.advance_cursors(planned, handed_out, self._now)
            planned = ages.leave_holes(planned, self._now)
        span = ages.next_span(planned, self._now)
        if span and self._narrowing:
            span = self._narrowing.limit(span)
        if span is None and not self._under_way:
            span = self._retries.next_span
        self.next_span = span
        if self.is_finished and self._confirmed and self._last_failure:
            self.stop(failure_of(self._last_failure))
