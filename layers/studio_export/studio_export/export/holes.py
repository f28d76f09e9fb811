"""Holes: the seconds of creation time that Twilio's list cannot show. Pure.

One Execution can make every page that contains it fail, with a 500 or with text that is not JSON.
The sweep then narrows its span, down to the failing second. That second becomes a hole in the
checkpoint. Runs skip it, report it, and list it again until it succeeds or Twilio deletes its
Executions. Everything around it is exported.

A hole is a hint, like the rest of the checkpoint: if it is lost, the next sweep finds it again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from studio_export.instants import format_instant
from studio_export.model import RETENTION_SECONDS, Span

Holes = tuple[Span, ...]  # ascending, none touches another

# An item must stay small, so more holes are merged. A merged hole contains seconds that Twilio can
# list; the retries find them, because they split a hole that fails.
MAX_HOLES = 32


def add(holes: Holes, span: Span) -> Holes:
    """Add a span; merge holes that touch, then the nearest ones until `MAX_HOLES` are left."""
    merged: list[Span] = []
    for each in sorted((*holes, span), key=lambda hole: hole.start):
        if merged and each.start <= merged[-1].stop:
            merged[-1] = Span(merged[-1].start, max(merged[-1].stop, each.stop))
        else:
            merged.append(each)
    while len(merged) > MAX_HOLES:
        _merge_nearest(merged)
    return tuple(merged)


def remove(holes: Holes, span: Span) -> Holes:
    """Remove a span that was listed."""
    left: list[Span] = []
    for hole in holes:
        if span.start > hole.start:
            left.append(Span(hole.start, min(hole.stop, span.start)))
        if span.stop < hole.stop:
            left.append(Span(max(hole.start, span.stop), hole.stop))
    return tuple(each for each in left if each.start < each.stop)


def clip(holes: Sequence[Span], span: Span) -> Span:
    """Return the first part of `span` that is outside every hole, or inside one hole."""
    for hole in holes:
        if hole.start <= span.start < hole.stop:
            return Span(span.start, min(span.stop, hole.stop))
        if span.start < hole.start < span.stop:
            return Span(span.start, hole.start)
    return span


def follows_one(holes: Sequence[Span], span: Span) -> bool:
    """Whether `span` begins where a hole ends: the second of tolerance would be in the hole."""
    return any(hole.stop == span.start for hole in holes)


def expired(holes: Holes, now: datetime) -> Holes:
    """Return the holes whose Executions Twilio has deleted."""
    deleted = now - timedelta(seconds=RETENTION_SECONDS)
    return tuple(hole for hole in holes if hole.stop <= deleted)


def describe(holes: Sequence[Span], cause: Exception | None) -> str:
    """Describe the holes for an operator; `cause` is None if this run did not list them."""
    seconds = sum(hole.seconds for hole in holes)
    because = f": {cause}" if cause else ""
    return (
        f"Twilio's list fails for {seconds} {'second' if seconds == 1 else 'seconds'} of creation"
        f" time, from {format_instant(holes[0].start)} on{because}."
        " Everything else is exported. Each run asks for them again"
    )


def _merge_nearest(holes: list[Span]) -> None:
    gaps = [later.start - earlier.stop for earlier, later in pairwise(holes)]
    nearest = gaps.index(min(gaps))
    holes[nearest : nearest + 2] = [Span(holes[nearest].start, holes[nearest + 1].stop)]
