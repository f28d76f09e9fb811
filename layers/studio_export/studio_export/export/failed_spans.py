"""What failed listings of one Flow lead to in one run: narrower spans, holes, retries. Pure.

If a listing fails, a narrower span is listed. If one second fails, it becomes a hole, and the
cursors skip it. Each run lists every hole again at its end.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from studio_export.errors import HoleError, StudioExportError, failure_of
from studio_export.export import ages, holes
from studio_export.export.errands import Errands
from studio_export.export.narrowing import Narrowing
from studio_export.export.order import Order, SweepResult
from studio_export.model import Checkpoint, Span
from studio_export.summary import Failure

# What one Flow may cost a run by failing: one poisoned second takes some twenty listings to find.
MAX_FAILED_LISTINGS = 64
_MAX_UNCONFIRMED = 6


class FailedSpans:
    """The failures of one run.

    Attributes:
        confirmed: the checkpoint to save instead of the current one, which has holes that no later
            answer has confirmed: Twilio may be down. None if it has none.
        retries: the holes to list again.
        last: the newest failure; None if nothing has failed.
    """

    def __init__(self, checkpoint: Checkpoint, now: datetime) -> None:
        self._now = now
        self.confirmed: Checkpoint | None = None
        self.retries = Errands(checkpoint.holes)
        self.retries.rotate(int(now.timestamp()) // 60)
        self.last: StudioExportError | None = None
        self._asked_before_hole: set[Span] = set()
        self._unconfirmed = 0
        self._narrowing: Narrowing | None = None
        self._count = 0

    @property
    def are_too_many(self) -> bool:
        return self._count >= MAX_FAILED_LISTINGS or self._unconfirmed > _MAX_UNCONFIRMED

    @property
    def are_narrowing(self) -> bool:
        return self._narrowing is not None

    def note(self, order: Order, swept: SweepResult) -> None:
        """Count a failure; a page that was asked for after a hole was found confirms the hole."""
        if swept.counts.pages and order.span not in self._asked_before_hole:
            self.confirmed, self._unconfirmed = None, 0
        if swept.failure:
            self._count += 1
            self.last = swept.failure

    def limit(self, span: Span) -> Span:
        return self._narrowing.limit(span) if self._narrowing else span

    def is_exact(self, checkpoint: Checkpoint, span: Span) -> bool:
        """Whether to list `span` without the second before it: that one failed."""
        narrowest = self._narrowing is not None and self._narrowing.narrowest == span
        return narrowest or holes.follows_one(checkpoint.holes, span)

    def after_answer(self, checkpoint: Checkpoint, span: Span) -> Checkpoint:
        """Return the checkpoint without the holes in a span that was listed."""
        if self._narrowing:
            self._narrowing = self._narrowing.after_answer(span)
        return _without_holes(checkpoint, span)

    def after_failure(
        self, checkpoint: Checkpoint, order: Order, swept: SweepResult, under_way: Iterable[Order]
    ) -> Checkpoint:
        """Return the checkpoint with narrower spans, or with a hole that the cursors skip."""
        if swept.failure and _is_hole(checkpoint, order):
            return self._skip(checkpoint, order.span, under_way)
        if swept.failure:
            self._narrowing = Narrowing.after_failure(order.span, self._narrowing)
            return ages.shrink(checkpoint, order.span)
        return ages.shrink(checkpoint, order.span, swept.page_seconds(order.span))

    def after_retry(self, checkpoint: Checkpoint, order: Order, swept: SweepResult) -> Checkpoint:
        if not swept.complete:
            self.retries.halve(order.span)
            return checkpoint
        self.retries.finish(order.span)
        return _without_holes(checkpoint, order.span)

    def describe(self, checkpoint: Checkpoint) -> Failure | None:
        """Return the holes of a checkpoint as the Flow's failure; None if it has none."""
        if not checkpoint.holes:
            return None
        return Failure(HoleError, holes.describe(checkpoint.holes, self.last))

    def unconfirmed(self) -> Failure | None:
        """Return the newest failure if nothing has confirmed the holes that it led to."""
        return failure_of(self.last) if self.confirmed and self.last else None

    def _skip(self, checkpoint: Checkpoint, span: Span, under_way: Iterable[Order]) -> Checkpoint:
        self.confirmed = self.confirmed or checkpoint
        self._unconfirmed += 1
        self._asked_before_hole = {span, *(order.span for order in under_way)}
        self._narrowing = None
        merged = holes.add(checkpoint.holes, span)
        width = next(hole.seconds for hole in merged if hole.stop >= span.stop)
        kept = replace(checkpoint, holes=merged)
        return ages.skip(kept, span, self._now, next_seconds=2 * width)


def without_expired_holes(checkpoint: Checkpoint, now: datetime) -> tuple[Checkpoint, int]:
    """Return the checkpoint without the holes that Twilio deleted, and how many seconds they had.

    The cursors leave the holes that are left.
    """
    gone = holes.expired(checkpoint.holes, now)
    kept = tuple(hole for hole in checkpoint.holes if hole not in gone)
    seconds = sum(hole.seconds for hole in gone)
    if not (gone or kept):
        return checkpoint, seconds
    return ages.leave_holes(replace(checkpoint, holes=kept), now), seconds


def _is_hole(checkpoint: Checkpoint, order: Order) -> bool:
    """Whether the failed span is too narrow to split: one second, listed exactly.

    Behind a hole it may be twice as wide as the hole. Otherwise an hour that Twilio cannot list
    would cost one request for each of its seconds.
    """
    span = order.span
    beside = sum(hole.seconds for hole in checkpoint.holes if hole.stop == span.start)
    return span.seconds <= max(1, 2 * beside) and order.exact


def _without_holes(checkpoint: Checkpoint, span: Span) -> Checkpoint:
    return replace(checkpoint, holes=holes.remove(checkpoint.holes, span))
