"""Holes: the seconds of creation time that Twilio's list cannot show. Pure.

One Execution can spoil every answer that holds it: a 500 for each range around it, a page that is
not JSON. The span narrows until nothing narrower can be asked, which is one second, and that second
becomes a hole: it is kept in the checkpoint, reported at every run, asked for again at every run
and at every age, and passed by, so that everything around it is exported. A hole is a hint like the
rest of the checkpoint: if it is lost, the next sweep finds it again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from studio_export.instants import format_instant
from studio_export.model import RETENTION_SECONDS, Span

Holes = tuple[Span, ...]  # ascending, none touches another

# More are merged, so that an item stays small. What is healthy in a merged hole is found when it
# is asked for again: a span that fails narrows.
MAX_HOLES = 32


def add(holes: Holes, span: Span) -> Holes:
    """The holes with `span`, merged where they touch, and then until there are `MAX_HOLES`."""
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
    """The holes without `span`, all of which was listed."""
    left: list[Span] = []
    for hole in holes:
        if span.start > hole.start:
            left.append(Span(hole.start, min(hole.stop, span.start)))
        if span.stop < hole.stop:
            left.append(Span(max(hole.start, span.stop), hole.stop))
    return tuple(each for each in left if each.start < each.stop)


def clip(holes: Sequence[Span], span: Span) -> Span:
    """The first part of `span` that is either outside of every hole, or one hole's own."""
    for hole in holes:
        if hole.start <= span.start < hole.stop:
            return Span(span.start, min(span.stop, hole.stop))
        if span.start < hole.start < span.stop:
            return Span(span.start, hole.start)
    return span


def follows_one(holes: Sequence[Span], span: Span) -> bool:
    """Whether `span` begins where a hole ends: a second of tolerance would reach into it."""
    return any(hole.stop == span.start for hole in holes)


def expired(holes: Holes, now: datetime) -> Holes:
    """The holes whose Executions Twilio has deleted: nobody can list them any more."""
    deleted = now - timedelta(seconds=RETENTION_SECONDS)
    return tuple(hole for hole in holes if hole.stop <= deleted)


def describe(holes: Sequence[Span], cause: Exception | None) -> str:
    """Say how much cannot be listed, since when, and why; `cause` is None if it was not asked."""
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
