"""Traffic of a Flow, determined by its seed."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.account import Flow


@dataclass(frozen=True, slots=True)
class Traffic:
    """Shares of Executions that last hours, days or for ever; the rest ends within minutes.

    The share `late` becomes visible up to two hours after creation.
    """

    hours: float = 0.08
    days: float = 0.04
    never: float = 0.005
    late: float = 0.0
    context_bytes: int = 0


def fill(
    flow: Flow, count: int, start: datetime, stop: datetime, traffic: Traffic | None = None
) -> None:
    """Add `count` Executions created in `[start, stop)`, whole seconds, ascending."""
    traffic = traffic or Traffic()
    chance = random.Random(f"{flow.seed}/{flow.sid}")
    seconds = (stop - start) // timedelta(seconds=1)
    for offset in sorted(chance.choices(range(seconds), k=count)):
        created = start + timedelta(seconds=offset)
        late = chance.random() < traffic.late
        flow.add(
            created,
            _end(created, chance, traffic),
            visible_from=created + timedelta(seconds=chance.randint(1, 7200)) if late else None,
            context_bytes=traffic.context_bytes,
        )


def _end(created: datetime, chance: random.Random, traffic: Traffic) -> datetime | None:
    kind = chance.random()
    if kind < traffic.never:
        return None
    if kind < traffic.never + traffic.days:
        return created + timedelta(seconds=chance.randint(86_400, 29 * 86_400))
    if kind < traffic.never + traffic.days + traffic.hours:
        return created + timedelta(seconds=chance.randint(3600, 86_400))
    return created + timedelta(seconds=1 + min(1800, int(chance.expovariate(1 / 90))))
