"""Spans that a run lists beside its cursors' ranges; one that fails is split."""

from collections import deque
from collections.abc import Iterable

from studio_export.model import Span


class Errands:
    """The spans that this run has still to list, and those that it is listing."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._waiting = deque(spans)
        self._under_way: set[Span] = set()

    @property
    def are_under_way(self) -> bool:
        return bool(self._under_way)

    def __contains__(self, span: Span) -> bool:
        return span in self._under_way

    @property
    def next_span(self) -> Span | None:
        return self._waiting[0] if self._waiting else None

    def add(self, spans: Iterable[Span]) -> None:
        self._waiting.extend(spans)

    def rotate(self, steps: int) -> None:
        """Begin elsewhere, so that runs without time for all do not always list the same ones."""
        self._waiting.rotate(steps)

    def clear(self) -> None:
        """Start no further one."""
        self._waiting.clear()

    def start_next(self) -> None:
        self._under_way.add(self._waiting.popleft())

    def finish(self, span: Span) -> None:
        self._under_way.discard(span)

    def halve(self, span: Span) -> None:
        """Plan both halves of a span that failed, unless it is one second.

        They come after what is waiting: a second that fails must not keep the others back.
        """
        self.finish(span)
        if span.seconds > 1:
            self._waiting.extend(span.halves())
