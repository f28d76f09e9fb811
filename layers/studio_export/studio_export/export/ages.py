"""The ages at which an Execution is listed, and the ranges that are due. Pure.

An Execution changes after its creation, and Twilio sends no notice of it. So the export lists it
again at each age of a scale. One cursor per age records how far the listing has come.

Every age and span is in whole seconds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from studio_export.export import holes
from studio_export.model import RETENTION_SECONDS, Checkpoint, Span

MINUTE, HOUR, DAY = 60, 3600, 86_400

DEFAULT_AGES = (
    2 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    1 * HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR,
    *(days * DAY for days in range(1, 30)),
)  # fmt: skip

RETENTION = RETENTION_SECONDS
LAST_AGE = RETENTION_SECONDS - DAY  # a later sweep might find the Execution deleted

_MAX_RANGE = 6 * HOUR
_DENSE_UNTIL = 2 * HOUR
_THIN_FACTOR = 4
_NEW_AGE_SPAN = HOUR
_MAX_SPAN = 31 * DAY
GOOD_PAGES = 4
FIRST_PAGES = 2  # they show how busy the Flow is, and are listed again
_UNIT = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY}


def parse_ages(text: str) -> tuple[int, ...]:
    """Parse `2m,15m,1h,1d` to seconds, ascending.

    Raises:
        ValueError: the list is malformed, not ascending, or goes beyond 29 days.
    """
    ages = []
    for word in text.split(","):
        match = re.fullmatch(r"\s*([1-9][0-9]{0,6})([smhd])\s*", word)
        if not match:
            raise ValueError(f"{word.strip()!r} is not a number with a unit (s, m, h, d)")
        ages.append(int(match[1]) * _UNIT[match[2]])
    if ages != sorted(set(ages)):
        raise ValueError("the ages must ascend")
    if ages[-1] > LAST_AGE:
        raise ValueError("an age beyond 29d is too late: Twilio deletes Executions after 30 days")
    return tuple(ages)


def thin(scale: Sequence[int]) -> tuple[int, ...]:
    """Return the ages that are enough while the watch sees who ends.

    All up to two hours, for what becomes visible late; then each four times the one before; and the
    last.
    """
    chosen: list[int] = []
    for age in scale:
        if age <= _DENSE_UNTIL or not chosen or age >= _THIN_FACTOR * chosen[-1]:
            chosen.append(age)
    return (*chosen, scale[-1]) if chosen[-1] != scale[-1] else tuple(chosen)


def instant_at_age(now: datetime, age: int) -> datetime:
    return now - timedelta(seconds=age)


def min_range_seconds(age: int, head: int) -> int:
    """Return how wide an age's range must be before it is worth a request."""
    return 1 if age == head else max(1, min(age // 2, _MAX_RANGE))


def initialize(
    checkpoint: Checkpoint, ages: Sequence[int], now: datetime, lookback: int
) -> Checkpoint:
    """Return the checkpoint with exactly these ages; new ages get a cursor.

    A new age starts at the cursor of the next larger one: what was listed at that age was old
    enough for the smaller one too. Without a larger age it starts `lookback` seconds before `now`.
    A cursor later than `now - age` was written under a wrong clock. It is moved back, so that
    nothing behind it is lost.

    A new Flow's first listing is all of its lookback, because most Flows fit a few pages.
    """
    cursors: dict[int, datetime] = {}
    start = instant_at_age(now, lookback)
    for age in sorted({*ages, *checkpoint.cursors}, reverse=True):
        latest = instant_at_age(now, min(age, lookback))
        start = min(checkpoint.cursors.get(age, start), latest)
        cursors[age] = start
    new_span = _NEW_AGE_SPAN if checkpoint.spans else lookback
    return replace(
        checkpoint,
        cursors={age: cursors[age] for age in ages},
        spans={age: checkpoint.spans.get(age, new_span) for age in ages},
    )


def due(cursors: Mapping[int, datetime], now: datetime) -> dict[int, Span]:
    """Return the range of each age that is wide enough to be listed."""
    head = min(cursors)
    ranges = {age: Span(cursor, instant_at_age(now, age)) for age, cursor in cursors.items()}
    return {
        age: span for age, span in ranges.items() if span.seconds >= min_range_seconds(age, head)
    }


def next_span(checkpoint: Checkpoint, now: datetime) -> Span | None:
    """Choose the span to list next: the head, else the range nearest to deletion.

    Neighbouring due ranges are added while the whole is no wider than a listing may be, so that a
    Flow with little traffic costs one request.

    Returns:
        None if nothing is due.
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


def leave_holes(checkpoint: Checkpoint, now: datetime) -> Checkpoint:
    """Move each cursor inside a hole to its end, at most to where records have the cursor's age."""
    cursors = dict(checkpoint.cursors)
    for hole in checkpoint.holes:
        for age, cursor in cursors.items():
            if hole.start <= cursor < hole.stop:
                cursors[age] = max(cursor, min(hole.stop, instant_at_age(now, age)))
    return replace(checkpoint, cursors=cursors)


def advance(
    checkpoint: Checkpoint, span: Span, now: datetime, pages: int, listed: Span | None = None
) -> Checkpoint:
    """Return the checkpoint after all of `span` was listed, at `now` or later.

    A listing moves every cursor that lies in its span, at most to where records have that age.
    The pages are those of `listed`, if that is wider.
    """
    spans = {
        age: next_span_seconds(checkpoint.spans[age], listed or span, pages)
        for age in covered_ages(checkpoint, span)
    }
    moved = advance_cursors(checkpoint, span, now)
    return replace(moved, spans={**checkpoint.spans, **spans})


def advance_cursors(checkpoint: Checkpoint, span: Span, now: datetime) -> Checkpoint:
    """Move the cursors as `advance` does, without changing the spans."""
    cursors = {
        age: max(checkpoint.cursors[age], min(span.stop, instant_at_age(now, age)))
        for age in covered_ages(checkpoint, span)
    }
    return replace(checkpoint, cursors={**checkpoint.cursors, **cursors})


def shrink(checkpoint: Checkpoint, span: Span, page_seconds: int | None = None) -> Checkpoint:
    """Return the checkpoint with narrower spans, after the listing of `span` was given up.

    They are a quarter of `span`, or as wide as 3.8 of its pages, if that is less. Of four pages,
    every second one would need a fifth for a few records, and the span after it would be halved.
    `page_seconds` is how many seconds of creation time a page held; None if no page was listed.
    """
    seconds = span.seconds // 4
    if page_seconds is not None:
        seconds = min(seconds, page_seconds * GOOD_PAGES * 19 // 20)
    spans = dict.fromkeys(covered_ages(checkpoint, span), max(1, seconds))
    return replace(checkpoint, spans={**checkpoint.spans, **spans})


def skip(checkpoint: Checkpoint, span: Span, now: datetime, next_seconds: int) -> Checkpoint:
    """Move the cursors past a span that became a hole; the next spans are `next_seconds` wide."""
    spans = dict.fromkeys(covered_ages(checkpoint, span), next_seconds)
    moved = advance_cursors(checkpoint, span, now)
    return leave_holes(replace(moved, spans={**checkpoint.spans, **spans}), now)


def covered_ages(checkpoint: Checkpoint, span: Span) -> list[int]:
    return [age for age, cursor in checkpoint.cursors.items() if span.start <= cursor < span.stop]


def next_span_seconds(fits: int, span: Span, pages: int) -> int:
    """Return how many seconds the next listing should span, after `span` had `pages`.

    One page: up to twice as wide. Up to four: the same. More: half, to save the checkpoint more
    often. No page doubles `fits` however narrow `span` was: otherwise a Flow that was busy once
    would be listed for each of its daily ages alone, forever.
    """
    if pages == 0:
        return min(2 * max(fits, span.seconds), _MAX_SPAN)
    if pages == 1:
        return min(max(fits, 2 * span.seconds), _MAX_SPAN)
    return span.seconds if pages <= GOOD_PAGES else max(1, span.seconds // 2)
