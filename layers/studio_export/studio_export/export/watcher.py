"""See in one run which of the watched Executions have ended. Pure.

A watched Execution that is no longer active has ended. The listing of the head reaches back as far
as one page goes, and shows some of them. One question asks which of the others are active. Errands
then list the seconds in which the answer differs from the hints.
"""

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from studio_export.export import hints
from studio_export.export.ages import DAY, HOUR
from studio_export.export.errands import Errands
from studio_export.export.freshness import Freshness
from studio_export.export.holes import follows_one
from studio_export.export.known import known_of
from studio_export.export.order import Order, SweepResult
from studio_export.instants import to_epoch
from studio_export.model import Checkpoint, Hints, Span

_MAX_UNANSWERED = 3
# Errands that fail must leave time for the ages, which find the second that fails.
_MAX_FAILED_ERRANDS = 16


class Watcher:
    """One Flow's watch in one run. Without usable hints it does nothing.

    A question or an errand runs beside no other sweep of its Flow: what two listings at once show
    of one Execution could be learned in the wrong order.
    """

    def __init__(self, now: datetime, freshness: Freshness) -> None:
        self._now = now
        self._second = to_epoch(now)
        self._freshness = freshness
        self._looked: list[tuple[int, int]] = []
        self._question: Order | None = None
        self._to_ask: deque[Span] | None = None
        self._answered = False
        self._answer: list[int] = []
        self._errands = Errands()
        self._failed_errands = 0
        self._cost = 0

    @property
    def is_busy(self) -> bool:
        """Whether a question or an errand is under way."""
        return self.is_asking or self._errands.are_under_way

    @property
    def is_asking(self) -> bool:
        """Whether a question is under way: its answer decides what is next."""
        return self._question is not None

    def owns(self, order: Order) -> bool:
        return order is self._question or order.span in self._errands

    def next_order(self, checkpoint: Checkpoint) -> Order | None:
        """Return the question or the next errand; None if there is neither."""
        watching = hints.usable(checkpoint)
        if watching is None:
            return None
        if self._to_ask is None:
            self._to_ask = deque(self._questions(watching, checkpoint.holes))
        if self._to_ask:
            question = self._to_ask[0]
            return Order(question, exact=follows_one(checkpoint.holes, question), asks=True)
        errand = self._errands.next_span
        if not errand:
            return None
        exact = self._failed_errands > 0 or follows_one(checkpoint.holes, errand)
        return Order(errand, exact=exact, known=known_of(checkpoint, None, self._now))

    def start(self, order: Order) -> bool:
        """Count the order as under way; return False if it is no question and no errand."""
        if order.asks:
            self._question = order
            if self._to_ask:
                self._to_ask.popleft()
        elif order.span == self._errands.next_span:
            self._errands.start_next()
        else:
            return False
        return True

    def give_up_errands(self) -> None:
        """Start no further errand in this run."""
        self._errands.clear()

    def take_back(self, checkpoint: Checkpoint, order: Order) -> Checkpoint:
        """Count an order that failed as no longer under way."""
        self._question = None
        self._errands.finish(order.span)
        return self._fail(checkpoint, HOUR if order.asks else 0)

    def fail_wide(self, checkpoint: Checkpoint) -> Checkpoint:
        """Return the checkpoint after the head's wide listing failed: not again for an hour."""
        watching = hints.usable(checkpoint)
        if watching is None:
            return checkpoint
        return replace(checkpoint, hints=replace(watching, narrow_until=self._second + HOUR))

    def record(self, checkpoint: Checkpoint, order: Order, swept: SweepResult) -> Checkpoint:
        """Return the checkpoint after a question or an errand.

        One that failed is no error of the Flow: the ages list what it missed.
        """
        watching = hints.usable(checkpoint)
        self._question = None
        if watching is None:
            self._errands.finish(order.span)
            return checkpoint
        if order.asks:
            if not (swept.complete or swept.filter_ignored):
                return self._fail(checkpoint, HOUR)
            asked = self._after_question(watching, checkpoint.holes, order, swept)
            return replace(checkpoint, hints=asked)
        if not swept.complete:
            self._errands.halve(order.span)
            if order.span.seconds == 1 and not order.exact:  # what failed may lie before it
                self._errands.add([order.span])
            return self._fail(checkpoint)
        self._errands.finish(order.span)
        spent = self._after_errand(watching, order, swept)
        return self.learn(checkpoint, replace(checkpoint, hints=spent), order, swept, None)

    def learn(
        self,
        before: Checkpoint,
        after: Checkpoint,
        order: Order,
        swept: SweepResult,
        compared: Span | None,
    ) -> Checkpoint:
        """Return the checkpoint `after`, with what the listing of a complete sweep showed.

        `compared` is the range whose records were compared with the logs; None for none.
        """
        if after.hints is None or order.known is None:
            return after
        self._looked.append((to_epoch(order.listed.start), to_epoch(order.listed.stop)))
        heads = Span(before.head, after.head)
        learned = hints.after_listing(after.hints, order.listed, compared, swept.shown, heads)
        if self._answered and compared and (swept.final_lag_seconds or 0) > HOUR:
            learned = self._without_filter(learned)  # the answer called it active
        return replace(after, hints=learned)

    def _questions(self, watching: Hints, holes: Sequence[Span]) -> Iterator[Span]:
        """Yield the ranges in which to ask who is active: around the holes, which would fail."""
        if max(watching.ask_from, watching.ignored_until) > self._second:
            return
        left = [second for second in watching.watched if not self._has_looked(second)]
        starts = [to_epoch(hole.start) for hole in holes]
        for _, group in groupby(left, key=lambda second: bisect_right(starts, second)):
            seconds = [second for second in group if not _in_hole(second, holes)]
            if seconds:
                yield hints.span_of(seconds[0], seconds[-1] + 1)

    def _after_question(
        self, watching: Hints, holes: Sequence[Span], order: Order, swept: SweepResult
    ) -> Hints:
        """Plan the errands for the answer; return the hints with what it cost."""
        if swept.filter_ignored:
            self._to_ask = deque()
            return self._without_filter(watching)
        self._answered = True
        self._answer += swept.shown.active
        differing = hints.differing(watching.watched, swept.shown.active, order.span)
        left = [s for s in differing if not (self._has_looked(s) or _in_hole(s, holes))]
        stop = to_epoch(order.span.stop)
        page_seconds = max(HOUR, stop - hints.rows_start(watching, stop, self._freshness.page_rows))
        self._errands.add(hints.clusters(left, page_seconds))
        # Not always the oldest first: one that fails must not keep the others back for ever.
        self._errands.rotate(self._second // 60)
        spent = self._spend(watching, swept.counts.pages)
        unanswered = watching.unanswered if self._errands.next_span else 0
        return replace(spent, ignored_until=0, unanswered=unanswered)

    def _fail(self, checkpoint: Checkpoint, pause: int = 0) -> Checkpoint:
        """Return the checkpoint after a question or an errand without an answer.

        After three such runs in a row, every age is swept again for a day.
        """
        watching = hints.usable(checkpoint)
        if watching is None:
            return checkpoint
        self._failed_errands += 1
        if self._failed_errands >= _MAX_FAILED_ERRANDS:
            self._errands.clear()
        if self._failed_errands > 1:  # of this run, the first was counted
            return checkpoint
        later = max(watching.ask_from, self._second + pause)
        failed = replace(watching, unanswered=watching.unanswered + 1, ask_from=later)
        if failed.unanswered >= _MAX_UNANSWERED:
            failed = replace(self._without_filter(failed), unanswered=0)
        return replace(checkpoint, hints=failed)

    def _after_errand(self, watching: Hints, order: Order, swept: SweepResult) -> Hints:
        """Return the hints with what the errand cost.

        If every Execution that the answer left out is active, the filter does not work.
        """
        answer = Counter(hints.within(sorted(self._answer), order.span))
        vanished = Counter(hints.within(watching.watched, order.span)) - answer
        if vanished and vanished <= Counter(hints.within(swept.shown.active, order.span)) - answer:
            return self._without_filter(watching)
        spent = self._spend(watching, swept.counts.pages)
        done = not (self._failed_errands or self._errands.next_span)
        return replace(spent, unanswered=0) if done else spent

    def _without_filter(self, watching: Hints) -> Hints:
        return replace(watching, ignored_until=self._second + DAY)

    def _spend(self, watching: Hints, pages: int) -> Hints:
        self._cost += pages
        an_hour = self._freshness.requests_an_hour
        pause = min(self._cost * HOUR // an_hour, hints.MAX_PAUSE) if an_hour else 0
        return replace(watching, ask_from=self._second + pause)

    def _has_looked(self, second: int) -> bool:
        return any(start <= second < stop for start, stop in self._looked)


def _in_hole(second: int, holes: Sequence[Span]) -> bool:
    return any(to_epoch(hole.start) <= second < to_epoch(hole.stop) for hole in holes)
