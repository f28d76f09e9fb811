"""Plan one Flow's work in one run: the next sweep, cursors and counts. Pure.

The plan starts sweeps on the assumption that all earlier ones succeed. It moves the cursors only
over finished spans, in the order in which they were started.

The head comes first; then, when nothing is under way, the question who is active and its errands;
then the ages; at the end the holes.
"""

from collections import deque
from datetime import datetime

from studio_export.errors import failure_of
from studio_export.export import ages
from studio_export.export.failed_spans import FailedSpans, without_expired_holes
from studio_export.export.freshness import DEFAULT_FRESHNESS, Freshness
from studio_export.export.hints import usable
from studio_export.export.known import known_of
from studio_export.export.order import Order, SweepResult, Watermarks
from studio_export.export.watcher import Watcher
from studio_export.export.wide_head import back_to as look_back_to
from studio_export.model import Checkpoint, Span
from studio_export.summary import Counts, Failure, FlowSummary


class FlowPlan:
    """The plan of one Flow; a replay has the age 0 only, and ends at `now`."""

    def __init__(
        self,
        flow_sid: str,
        now: datetime,
        checkpoint: Checkpoint,
        freshness: Freshness = DEFAULT_FRESHNESS,
        *,
        is_measured: bool = True,
    ) -> None:
        self.flow_sid = flow_sid
        self._now = now
        self._checkpoint, expired_seconds = without_expired_holes(checkpoint, now)
        self.counts = Counts(holes_expired=expired_seconds)
        self._under_way: deque[Order] = deque()
        self._swept: dict[Order, SweepResult] = {}
        self._is_measured = is_measured  # until it is, a listing is given up after few pages
        self._freshness = freshness
        self._watcher = Watcher(now, freshness)
        self._may_widen = True
        self._failed = FailedSpans(self._checkpoint, now)
        self._final_lag_seconds: int | None = None
        self._stopped = False
        self.error: Failure | None = None
        self.next_order: Order | None = None
        self._plan()

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint to save, without the holes that no later answer has confirmed."""
        return self._failed.confirmed or self._checkpoint

    @property
    def is_finished(self) -> bool:
        """Whether no sweep is under way or left to start."""
        beside = self._watcher.is_busy or self._failed.retries.are_under_way
        return self.next_order is None and not self._under_way and not beside

    def watermarks(self) -> Watermarks:
        return Watermarks.of(self._checkpoint.cursors, self._now)

    def start_next(self) -> Order:
        """Return the next sweep and count it as under way."""
        if self.next_order is None:
            raise ValueError("there is no next span")
        order = self.next_order
        if not self._watcher.start(order):
            if order.span == self._failed.retries.next_span:
                self._failed.retries.start_next()
            else:
                self._under_way.append(order)
        self._plan()
        return order

    def record_failure(self, order: Order, error: Failure | None, counts: Counts) -> None:
        """Record that a sweep failed: its span stays due, and no further one starts.

        Only the watch goes without what failed: a log that cannot be read in the past of a Flow
        must not keep the head back.
        """
        self.counts += counts
        optional = self.is_optional(order)
        if self._watcher.owns(order):
            self._checkpoint = self._watcher.take_back(self._checkpoint, order)
        elif order.span in self._failed.retries:
            self._failed.retries.finish(order.span)
        else:
            self._under_way.remove(order)
        if optional:
            self._may_widen = False
            self.error = self.error or (None if order.asks else error)
            self._plan()
        else:
            self.stop(error)

    def is_optional(self, order: Order) -> bool:
        """Whether the order belongs to the watch: it may fail, and the rest goes on."""
        return order.back_to is not None or self._watcher.owns(order)

    def give_up_errands(self) -> None:
        self._watcher.give_up_errands()
        self._plan()

    def stop(self, error: Failure | None) -> None:
        """Start no further sweep. The first `error` is kept; None means that time ran out."""
        self._checkpoint, self._failed.confirmed = self.checkpoint, None
        self.error = self.error or error
        self._stopped = True
        self.next_order = None

    def record_result(self, order: Order, swept: SweepResult) -> None:
        """Record a sweep's result; move the cursors over the finished spans at the front."""
        self.counts += swept.counts
        if swept.final_lag_seconds is not None:
            self._final_lag_seconds = max(swept.final_lag_seconds, self._final_lag_seconds or 0)
        self._is_measured = True
        if not self.is_optional(order):
            self._failed.note(order, swept)
        if self._watcher.owns(order):
            self._checkpoint = self._watcher.record(self._checkpoint, order, swept)
        elif order.span in self._failed.retries:
            healed = self._failed.after_retry(self._checkpoint, order, swept)
            self._learn(healed, order, swept)
        else:
            self._swept[order] = swept
            while self._under_way and self._under_way[0] in self._swept:
                first = self._under_way.popleft()
                self._settle(first, self._swept.pop(first))
        if swept.failure and self._failed.are_too_many:
            self.stop(failure_of(swept.failure))
        self._plan()

    def summary(self) -> FlowSummary:
        checkpoint, cursors = self.checkpoint, self.checkpoint.cursors
        due = ages.due(cursors, self._now)
        oldest = min((span.start for span in due.values()), default=self._now)
        head = min(cursors)
        waited = [span.seconds - ages.min_range_seconds(age, head) for age, span in due.items()]
        waited += [Span(hole.stop, self._now).seconds for hole in checkpoint.holes[:1]]
        watching = usable(checkpoint)
        return FlowSummary(
            flow_sid=self.flow_sid,
            counts=self.counts,
            head_lag_seconds=Span(cursors[head], self._now).seconds,
            headroom_seconds=ages.RETENTION - Span(oldest, self._now).seconds,
            overdue_seconds=max(waited, default=0),
            still_due=len(due),
            hole_seconds=sum(hole.seconds for hole in checkpoint.holes),
            watched=len(watching.watched) if watching else None,
            final_lag_seconds=self._final_lag_seconds,
            error=self.error or self._failed.describe(checkpoint),
        )

    def _settle(self, order: Order, swept: SweepResult) -> None:
        """Move the cursors over a listed span or a hole; else plan a narrower span."""
        if swept.complete:
            answered = self._failed.after_answer(self._checkpoint, order.span)
            self._learn(self._moved(answered, order, swept), order, swept)
        elif order.back_to:
            self._may_widen = False  # what it failed at may lie before its span: list that alone
            self._checkpoint = self._watcher.fail_wide(self._checkpoint)
        else:
            self._checkpoint = self._failed.after_failure(
                self._checkpoint, order, swept, self._under_way
            )

    def _learn(self, after: Checkpoint, order: Order, swept: SweepResult) -> None:
        if swept.complete:
            after = self._watcher.learn(self._checkpoint, after, order, swept, order.span)
        self._checkpoint = after

    def _moved(self, checkpoint: Checkpoint, order: Order, done: SweepResult) -> Checkpoint:
        moved = ages.advance(checkpoint, order.span, self._now, done.filled_pages, order.listed)
        return ages.leave_holes(moved, self._now)

    def _plan(self) -> None:
        if self._stopped:
            return
        self.next_order = self._next_order()
        if self.is_finished and (failure := self._failed.unconfirmed()):
            self.stop(failure)

    def _next_order(self) -> Order | None:
        if self._watcher.is_asking or any(order.back_to for order in self._under_way):
            return None
        planned = self._planned()
        span = ages.next_span(planned, self._now)
        is_head = span is not None and span.start <= planned.head < span.stop
        if not (is_head or self._under_way):
            watched = self._watcher.next_order(self._checkpoint)
            if watched or self._watcher.is_busy:
                return watched
        if span:
            return self._sweep(span, is_head=is_head)
        retry = None if self._under_way else self._failed.retries.next_span
        if not retry:
            return None
        return Order(retry, exact=True, known=known_of(self._checkpoint, retry, self._now))

    def _planned(self) -> Checkpoint:
        """Return the checkpoint as it will be if all that is under way succeeds."""
        planned = self._checkpoint
        for handed_out in self._under_way:
            done = self._swept.get(handed_out)
            # A finished span sets the next width, even while an earlier span is under way.
            if done and done.complete:
                planned = self._moved(planned, handed_out, done)
            else:
                planned = ages.advance_cursors(planned, handed_out.span, self._now)
            planned = ages.leave_holes(planned, self._now)
        return planned

    def _sweep(self, span: Span, *, is_head: bool) -> Order:
        checkpoint = self._checkpoint
        span = self._failed.limit(span)
        exact = self._failed.is_exact(checkpoint, span)
        head_ends = ages.instant_at_age(self._now, min(checkpoint.cursors))
        narrow = exact or self._failed.are_narrowing or not self._may_widen
        back_to = None
        if is_head and span.stop == head_ends and not (narrow or self._under_way):
            back_to = look_back_to(checkpoint, span, self._now, self._freshness)
        max_pages = None if self._is_measured else ages.FIRST_PAGES
        return Order(span, back_to, exact, known_of(checkpoint, span, self._now), max_pages)
