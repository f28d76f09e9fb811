"""Narrow a span whose listing failed, until Twilio answers or it is one second wide. Pure."""

from dataclasses import dataclass, replace
from datetime import timedelta

from studio_export.model import Span

# After so many answers in a row the width doubles: one bad second may be in a span of days.
_ANSWERS_TO_WIDEN = 4


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The span whose listing failed, and how wide its parts may be.

    Attributes:
        max_seconds: the widest part to list: half of the last one that failed.
        narrowest: one second that failed together with its second of tolerance; the next listing
            leaves out the tolerance. None while parts are wider.
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
        """Widen after some answers; return None once all of the failed span is listed."""
        if span.stop >= self.failed.stop:
            return None
        if self.answers + 1 < _ANSWERS_TO_WIDEN:
            return replace(self, answers=self.answers + 1)
        return Narrowing(self.failed, 2 * self.max_seconds)

    def limit(self, span: Span) -> Span:
        """Return the first part of `span`, at most `max_seconds` of the failed span."""
        if span.start >= self.failed.stop:
            return span
        return Span(span.start, min(span.stop, span.start + timedelta(seconds=self.max_seconds)))
