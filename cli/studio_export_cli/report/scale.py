"""The scales of charts, and the format of their numbers. Pure."""

import math
from collections.abc import Mapping, Sequence
from datetime import date

_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))
_STEPS = (1, 2, 2.5, 5, 10)


def round_up(value: float, parts: int) -> int:
    """Return the smallest round number >= the value that divides into `parts` round parts."""
    if value <= parts:
        return parts
    part = value / parts
    size = 10 ** math.floor(math.log10(part))
    step = next(step for step in _STEPS if step * size >= part and (step * size) % 1 == 0)
    return int(step * size * parts)


def format_count(number: float) -> str:
    """`950`, `1.2k`, `13k`, `4.5M`."""
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:.0f}"


def format_seconds(seconds: float) -> str:
    """`45 s`, `3.5 min`, `2 h`, `12 d`."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.2g} {unit}"
    return "0 s"


def percentile(ascending: Sequence[int], share: float) -> int | None:
    """Return the percentile by the nearest rank; None of no values."""
    if not ascending:
        return None
    return ascending[max(0, math.ceil(share * len(ascending)) - 1)]


def quantile(counts: Mapping[int, int], share: float) -> float | None:
    """Return the quantile of values by how often each occurs; None of no values.

    Between two values it interpolates, as `quantile_cont` of SQL does.
    """
    if not counts:
        return None
    place = share * (sum(counts.values()) - 1)
    below, above = (_value_at(counts, each(place)) for each in (math.floor, math.ceil))
    return below + (above - below) * (place - math.floor(place))


def _value_at(counts: Mapping[int, int], place: int) -> int:
    """Return the value at a place of the ascending values, from 0."""
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if place < passed:
            return value
    raise IndexError(place)


def day_name(day: date) -> str:
    return f"{day.day} {day:%b}"
