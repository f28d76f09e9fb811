"""What a steady day costs in requests, and the formula that says so. See docs/correctness.md."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from studio_export.export.ages import DAY, DEFAULT_AGES, MINUTE, min_range_seconds
from tests.protocol.scenarios import Scenario
from tests.protocol.world import BIRTH, World

TICK_SECONDS = 15 * MINUTE
PAGE_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Day:
    """What one day counted, by the name of the call; and what the item came to."""

    calls: Mapping[str, int]
    lines: int
    objects: int


def steady_day(executions_a_day: int, warm_up_ticks: int = 8) -> Day:
    """A day of ticks on the default scale, after 30 days of the same traffic were backfilled."""
    scenario = Scenario(
        "steady", executions=(), ticks=(), ages=DEFAULT_AGES, lookback_seconds=30 * DAY
    )
    world = World(scenario, sound_cursors=False)
    for index in range(executions_a_day * 32):
        created = BIRTH + timedelta(seconds=index * DAY // executions_a_day - 30 * DAY)
        world.flow.add(created, created + timedelta(seconds=_lasts(index)))
    for tick in range(warm_up_ticks):
        world.advance_to(tick * TICK_SECONDS)
        world.invoke()
    first, objects = world.seam.number, len(world.store.objects)
    del world.seam.trace[:]
    for tick in range(warm_up_ticks, warm_up_ticks + DAY // TICK_SECONDS):
        world.advance_to(tick * TICK_SECONDS)
        world.invoke()
    calls = Counter(call.name for call in world.seam.trace)
    assert world.seam.number - first == sum(calls.values())
    lines = sum(summary.totals.lines for summary in world.summaries[warm_up_ticks:])
    return Day(calls, lines, len(world.store.objects) - objects)


def _lasts(index: int) -> int:
    """Nine of ten end within minutes; the tenth lasts up to two days."""
    return index % 9 * 20 if index % 10 else index % 97 * 1800


def most_list_requests(executions_a_day: int) -> float:
    """Return an upper bound; ranges that touch are listed as one, so it may be far less.

    Each age is swept once a `min_range_seconds`, or once a run if that is longer, and lists each
    Execution once.
    """
    sweeps = sum(
        DAY / max(min_range_seconds(age, DEFAULT_AGES[0]), TICK_SECONDS) for age in DEFAULT_AGES
    )
    return sweeps + len(DEFAULT_AGES) * executions_a_day / PAGE_ROWS


def most_store_lists(executions_a_day: int) -> float:
    """A listing asks the store once for each UTC day that it has records of: two at the most,
    but for those that take a sparse month along, four times a day.
    """
    return 2 * most_list_requests(executions_a_day) + 4 * 31


def most_table_writes(executions_a_day: int) -> float:
    """One a tick to acquire, and one for each listing: the last of them gives the lease back."""
    return DAY / TICK_SECONDS + most_list_requests(executions_a_day)
