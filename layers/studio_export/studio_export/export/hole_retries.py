"""List every hole again at the end of each run; split a hole that still fails."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from studio_export.model import Span


class HoleRetries:
    """The holes that this run has still to list, and those that it is listing."""

    def __init__(self, holes: Iterable[Span], now: datetime) -> None:
        self._waiting = deque(holes)
        # Rotated, so that runs without time for all holes do not always list the same ones.
        self._waiting.rotate(int(now.timestamp()) // 60)
        self._under_way: set[Span] = set()

    @property
    def are_under_way(self) -> bool:
        return bool(self._under_way)

    def __contains__(self, span: Span) -> bool:
        return span in self._under_way

    @property
    def next_span(self) -> Span | None:
        return self._waiting[0] if self._waiting else None

    def start_next(self) -> None:
        self._under_way.add(self._waiting.popleft())

    def finish(self, span: Span) -> None:
        self._under_way.discard(span)

    def halve(self, span: Span) -> None:
        """Plan both halves of a span that failed, unless it is one second."""
        self.finish(span)
        if span.seconds > 1:
            self._waiting.extendleft(reversed(span.halves()))
