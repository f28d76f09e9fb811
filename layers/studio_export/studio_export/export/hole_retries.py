"""Ask for every hole again at every run, after all else, in halves where it still fails."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from studio_export.model import Span


class HoleRetries:
    """The holes still to ask for in this run, and those that are asked for now."""

    def __init__(self, holes: Iterable[Span], now: datetime) -> None:
        self._waiting = deque(holes)
        # A run without the time for all of them does not always begin with the same.
        self._waiting.rotate(int(now.timestamp()) // 60)
        self._under_way: set[Span] = set()

    def __bool__(self) -> bool:
        """Whether one is asked for now."""
        return bool(self._under_way)

    def __contains__(self, span: Span) -> bool:
        return span in self._under_way

    @property
    def next_span(self) -> Span | None:
        return self._waiting[0] if self._waiting else None

    def start_next(self) -> None:
        self._under_way.add(self._waiting.popleft())

    def finish(self, span: Span, *, answered: bool) -> None:
        """Halve what was not answered, down to one second."""
        self._under_way.discard(span)
        if not answered and span.seconds > 1:
            self._waiting.extendleft(reversed(span.halves()))
