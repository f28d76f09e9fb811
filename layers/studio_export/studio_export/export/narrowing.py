"""Narrow a span whose listing failed, until it is answered or is one second wide. Pure."""

from dataclasses import dataclass, replace
from datetime import timedelta

from studio_export.model import Span

# So many answers in a row allow twice the width: the failed span may be wide, its trouble small.
_ANSWERS_TO_WIDEN = 4


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The span whose listing failed, and how wide its parts may be asked for.

    Attributes:
        max_seconds: the width that may be answered: half of the last one that failed.
        narrowest: the one second that failed, with the second before it; None above one second.
    """

    failed: Span
    max_seconds: int
    narrowest: Span | None = None
    answers: int = 0

    @classmethod
    def after_failure(cls, span: Span, current: "Narrowing | None") -> "Narrowing":
        """Narrow further, inside the span that failed first."""
        inside = current is not None and current.failed.stop >= span.stop
        failed = current.failed if current and inside else span
        return cls(failed, max(1, span.seconds // 2), span if span.seconds == 1 else None)

    def after_answer(self, span: Span) -> "Narrowing | None":
        """Widen after some answers; None once all of the failed span was listed."""
        if span.stop >= self.failed.stop:
            return None
        if self.answers + 1 < _ANSWERS_TO_WIDEN:
            return replace(self, answers=self.answers + 1)
        return Narrowing(self.failed, 2 * self.max_seconds)

    def limit(self, span: Span) -> Span:
        """The first part of `span` that may be answered."""
        if span.start >= self.failed.stop:
            return span
        return Span(span.start, min(span.stop, span.start + timedelta(seconds=self.max_seconds)))
