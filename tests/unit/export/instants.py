"""The instants of the tests of a Flow's plan and its hints."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from studio_export.export import hints
from studio_export.export.hints import Shown
from studio_export.instants import from_epoch, to_epoch
from studio_export.model import Span

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
MIDNIGHT = to_epoch(NOW.replace(hour=0))
TODAY = MIDNIGHT // 86_400  # in days since 1970


def ago(seconds: int) -> datetime:
    return NOW - timedelta(seconds=seconds)


def span_of_today(start: int, stop: int) -> Span:
    """A span in seconds since midnight."""
    return hints.span_of(MIDNIGHT + start, MIDNIGHT + stop)


def shown_of(created: Sequence[int], active: Sequence[int] = ()) -> Shown:
    """What a listing showed, in epoch seconds."""
    return Shown(sorted(map(from_epoch, created)), active)
