"""Three Flows as businesses have them: office hours, evenings, and reminders that wait for days."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.account import Flow
from simulator.definition import Channel
from simulator.studio import Studio

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Pattern:
    """`busy`: how busy an hour of a week is. The shares wait for hours, for days, for ever."""

    name: str
    channel: Channel
    executions: int
    busy: Callable[[datetime], float]
    minutes: float
    hours: float
    days: float
    never: float


def _peak(at: float, hour: float, width: float) -> float:
    return math.exp(-(((hour - at) / width) ** 2))


def _office(instant: datetime) -> float:
    weekend = instant.weekday() >= _SATURDAY
    return (0.12 if weekend else 1.0) * _peak(instant.hour, 13, 4) + 0.01


def _evenings(instant: datetime) -> float:
    return 0.5 * _peak(instant.hour, 12, 2) + _peak(instant.hour, 19, 2.5) + 0.05


def _mornings(instant: datetime) -> float:
    return 0.0 if instant.weekday() >= _SATURDAY else _peak(instant.hour, 8.5, 1) + 0.01


PATTERNS = (
    Pattern("Support line", Channel.CALL, 13_000, _office, 5, hours=0.03, days=0.005, never=0.001),
    Pattern(
        "Parcel updates", Channel.MESSAGE, 11_000, _evenings, 2, hours=0.22, days=0.06, never=0.004
    ),
    Pattern("Reminders", Channel.REQUEST, 6_000, _mornings, 1, hours=0.45, days=0.15, never=0.01),
)


def fill(
    studio: Studio, start: datetime, stop: datetime, executions: int | None = None
) -> list[Flow]:
    """A Flow for each pattern, with Executions created in `[start, stop)`, seeded.

    `executions` are so many in all, if not as many as the patterns say.
    """
    times = executions / sum(each.executions for each in PATTERNS) if executions else 1
    flows = []
    for pattern in PATTERNS:
        flow = studio.add_flow(pattern.name)
        flow.channel = pattern.channel
        chance = random.Random(pattern.name)
        hours = [
            start + timedelta(hours=n) for n in range(int((stop - start) / timedelta(hours=1)))
        ]
        weights = [pattern.busy(hour) * chance.gammavariate(12, 1 / 12) for hour in hours]
        chosen = chance.choices(hours, weights, k=round(times * pattern.executions))
        for created in sorted(hour + timedelta(seconds=chance.randrange(_HOUR)) for hour in chosen):
            ends_at = _ends_at(created, pattern, chance)
            # The median is what a Context of a dozen widgets weighs; a few weigh ten times that.
            flow.add(created, ends_at, context_bytes=int(chance.lognormvariate(6.8, 0.7)))
        flows.append(flow)
    return flows


def _ends_at(created: datetime, pattern: Pattern, chance: random.Random) -> datetime | None:
    kind = chance.random()
    if kind < pattern.never:
        return None
    if kind < pattern.never + pattern.days:
        seconds = chance.uniform(_DAY, 12 * _DAY)
    elif kind < pattern.never + pattern.days + pattern.hours:
        seconds = math.exp(chance.uniform(math.log(_HOUR / 2), math.log(_DAY)))
    else:
        seconds = min(40 * _MINUTE, 5 + chance.expovariate(1 / (pattern.minutes * _MINUTE)))
    return created + timedelta(seconds=int(seconds))
