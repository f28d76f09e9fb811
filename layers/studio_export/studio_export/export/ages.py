"""The scale of ages at which an Execution is listed, and what is due on it. Pure.

An Execution changes after it was created, and nothing tells when. So it is listed at each age of
a scale that doubles: what ended at one age is seen at the next. One cursor per age says how far.

Every age and span is in whole seconds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from studio_export.export import holes
from studio_export.model import Checkpoint, Span

MINUTE, HOUR, DAY = 60, 3600, 86_400

DEFAULT_AGES = (
    2 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    1 * HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR,
    *(days * DAY for days in range(1, 30)),
)  # fmt: skip

# Twilio deletes at 30 days from the start, so a later sweep would find nothing.
RETENTION = 30 * DAY
LAST_AGE = 29 * DAY

_MAX_RANGE = 6 * HOUR
FIRST_SPAN = HOUR
_MAX_OPTIMISTIC_SPAN = 16 * HOUR
_MAX_SPAN = 31 * DAY
_GOOD_PAGES = 4
_UNIT = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY}


def parse_ages(text: str) -> tuple[int, ...]:
    """`2m,15m,1h,1d` in seconds, ascending.

    Raises:
        ValueError: not such a list, not ascending, or beyond 29 days.
    """
    ages = []
    for word in text.split(","):
        match = re.fullmatch(r"\s*([1-9][0-9]{0,6})([smhd])\s*", word)
        if not match:
            raise ValueError(f"{word.strip()!r} is not a number with one of s, m, h, d")
        ages.append(int(match[1]) * _UNIT[match[2]])
    if ages != sorted(set(ages)):
        raise ValueError("ages must ascend")
    if ages[-1] > LAST_AGE:
        raise ValueError("an age beyond 29d is too late: Twilio deletes at 30 days")
    return tuple(ages)


def instant_at_age(now: datetime, age: int) -> datetime:
    return now - timedelta(seconds=age)


def min_range_seconds(age: int, head: int) -> int:
    """How wide the range of an age must be before it is worth a request."""
    return 1 if age == head else max(1, min(age // 2, _MAX_RANGE))


def initialize(
    checkpoint: Checkpoint, ages: Sequence[int], now: datetime, lookback: int
) -> Checkpoint:
    """The checkpoint with exactly these ages, which may be new to it.

    What the next larger age has passed was listed late enough for a smaller one too; where there
    is no larger one, the age starts `lookback` seconds before `now`. A cursor ahead of where it
    could have come by now was written under a wrong clock: all behind it would be lost.
    """
    cursors: dict[int, datetime] = {}
    start = instant_at_age(now, lookback)
    for age in sorted({*ages, *checkpoint.cursors}, reverse=True):
        latest = instant_at_age(now, min(age, lookback))
        start = min(checkpoint.cursors.get(age, start), latest)
        cursors[age] = start
    return replace(
        checkpoint,
        cursors={age: cursors[age] for age in ages},
        spans={age: checkpoint.spans.get(age, FIRST_SPAN) for age in ages},
    )


def due(cursors: Mapping[int, datetime], now: datetime) -> dict[int, Span]:
    """The range of each age that is wide enough to be listed."""
    head = min(cursors)
    ranges = {age: Span(cursor, instant_at_age(now, age)) for age, cursor in cursors.items()}
    return {
        age: span for age, span in ranges.items() if span.seconds >= min_range_seconds(age, head)
    }


def is_unmeasured(checkpoint: Checkpoint) -> bool:
    """Whether every age still has the span that it began with: no listing has told how wide."""
    return all(fits == FIRST_SPAN for fits in checkpoint.spans.values())


def next_span(checkpoint: Checkpoint, now: datetime) -> Span | None:
    """What to list next: the head, then what is nearest to deletion; None when nothing is due.

    Other due ranges are taken along while all of it should still fit one page, so a Flow with
    little traffic costs one request.
    """
    ranges = due(checkpoint.cursors, now)
    if not ranges:
        return None
    head = min(checkpoint.cursors)
    seed = head if head in ranges else min(ranges, key=lambda age: ranges[age].start)
    fits = checkpoint.spans[seed]
    start = ranges[seed].start
    stop = min(ranges[seed].stop, start + timedelta(seconds=fits))
    for age in sorted(ranges, key=lambda age: abs(ranges[age].start - start)):
        fits = min(fits, checkpoint.spans[age])
        union = Span(min(start, ranges[age].start), max(stop, ranges[age].stop))
        if union.seconds > fits:
            break
        start, stop = union.start, union.stop
    return holes.clip(checkpoint.holes, Span(start, stop))


def skip(checkpoint: Checkpoint, now: datetime) -> Checkpoint:
    """The checkpoint with every cursor that stands in a hole moved behind it."""
    cursors = dict(checkpoint.cursors)
    for hole in checkpoint.holes:
        for age, cursor in cursors.items():
            if hole.start <= cursor < hole.stop:
                cursors[age] = max(cursor, min(hole.stop, instant_at_age(now, age)))
    return replace(checkpoint, cursors=cursors)


def advance(checkpoint: Checkpoint, span: Span, now: datetime, pages: int) -> Checkpoint:
    """The checkpoint after all of `span` was listed, at `now` or later: so many pages of records.

    A listing serves each age whose cursor lies in it, up to where its records are that old.
    """
    spans = {
        age: next_span_seconds(checkpoint.spans[age], span, pages)
        for age in covered_ages(checkpoint, span)
    }
    moved = advance_cursors(checkpoint, span, now)
    return replace(moved, spans={**checkpoint.spans, **spans})


def advance_cursors(checkpoint: Checkpoint, span: Span, now: datetime) -> Checkpoint:
    """`advance`, before it is known how many pages the span has."""
    cursors = {
        age: max(checkpoint.cursors[age], min(span.stop, instant_at_age(now, age)))
        for age in covered_ages(checkpoint, span)
    }
    return replace(checkpoint, cursors={**checkpoint.cursors, **cursors})


def advance_optimistically(checkpoint: Checkpoint, span: Span, now: datetime) -> Checkpoint:
    """`passed`, in the hope that `span` has one page: what follows may be twice as wide.

    Up to 16 hours, though: hopes that fail cost as many pages as a listing may have.
    """
    spans = {
        age: min(2 * span.seconds, _MAX_OPTIMISTIC_SPAN) for age in covered_ages(checkpoint, span)
    }
    moved = advance_cursors(checkpoint, span, now)
    return replace(moved, spans={**checkpoint.spans, **spans})


def shrink(checkpoint: Checkpoint, span: Span) -> Checkpoint:
    """The checkpoint after a listing of `span` had to be given up: too long, or too late."""
    spans = {age: max(1, span.seconds // 4) for age in covered_ages(checkpoint, span)}
    return replace(checkpoint, spans={**checkpoint.spans, **spans})


def pass_by(checkpoint: Checkpoint, span: Span, now: datetime, next_seconds: int) -> Checkpoint:
    """The checkpoint after `span` became a hole: cursors behind it, and a span to go on with."""
    spans = dict.fromkeys(covered_ages(checkpoint, span), next_seconds)
    moved = advance_cursors(checkpoint, span, now)
    return skip(replace(moved, spans={**checkpoint.spans, **spans}), now)


def covered_ages(checkpoint: Checkpoint, span: Span) -> list[int]:
    return [age for age, cursor in checkpoint.cursors.items() if span.start <= cursor < span.stop]


def next_span_seconds(fits: int, span: Span, pages: int) -> int:
    """How many seconds the next listing should span, after `span` had so many pages of records.

    One page may grow; a few are a good step; more are a long way between two checkpoints. None
    at all doubles what fits, however little was listed: else a Flow that was busy once would be
    asked for each of its daily ages alone, for ever.
    """
    if pages == 0:
        return min(2 * max(fits, span.seconds), _MAX_SPAN)
    if pages == 1:
        return min(max(fits, 2 * span.seconds), _MAX_SPAN)
    return span.seconds if pages <= _GOOD_PAGES else max(1, span.seconds // 2)
