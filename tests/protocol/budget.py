"""The requests of a steady day, measured and by formula. See docs/correctness.md."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from studio_export.export.ages import DAY, DEFAULT_AGES, MINUTE, min_range_seconds
from tests.protocol.scenarios import Scenario
from tests.protocol.world import START, World

RUN_INTERVAL_SECONDS = 15 * MINUTE
PAGE_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Day:
    """The calls of one day by name, and the lines and objects it wrote."""

    calls: Mapping[str, int]
    lines: int
    objects: int


def steady_day(executions_a_day: int, warm_up_runs: int = 8) -> Day:
    """Run a day on the default scale, after a backfill of 30 days of the same traffic."""
    scenario = Scenario(
        "steady", executions=(), run_times=(), ages=DEFAULT_AGES, lookback_seconds=30 * DAY
    )
    world = World(scenario, sound_cursors=False)
    for index in range(executions_a_day * 32):
        created = START + timedelta(seconds=index * DAY // executions_a_day - 30 * DAY)
        world.flow.add(created, created + timedelta(seconds=_lasts(index)))
    for run_index in range(warm_up_runs):
        world.advance_to(run_index * RUN_INTERVAL_SECONDS)
        world.invoke()
    first, objects = world.injector.number, len(world.store.objects)
    del world.injector.trace[:]
    for run_index in range(warm_up_runs, warm_up_runs + DAY // RUN_INTERVAL_SECONDS):
        world.advance_to(run_index * RUN_INTERVAL_SECONDS)
        world.invoke()
    calls = Counter(call.name for call in world.injector.trace)
    assert world.injector.number - first == sum(calls.values())
    lines = sum(summary.totals.lines for summary in world.summaries[warm_up_runs:])
    return Day(calls, lines, len(world.store.objects) - objects)


def _lasts(index: int) -> int:
    """Nine of ten end within minutes; the tenth lasts up to two days."""
    return index % 9 * 20 if index % 10 else index % 97 * 1800


def max_list_requests(executions_a_day: int) -> float:
    """Return an upper bound; ranges that touch are listed as one, so it may be far less.

    Each age is swept once a `min_range_seconds`, or once a run if that is longer, and lists each
    Execution once.
    """
    sweeps = sum(
        DAY / max(min_range_seconds(age, DEFAULT_AGES[0]), RUN_INTERVAL_SECONDS)
        for age in DEFAULT_AGES
    )
    return sweeps + len(DEFAULT_AGES) * executions_a_day / PAGE_ROWS


def max_store_lists(executions_a_day: int) -> float:
    """Return an upper bound of store listings.

    A sweep lists the store once for each UTC day it has records of: two at most, except those
    that cover a sparse month, four times a day.
    """
    return 2 * max_list_requests(executions_a_day) + 4 * 31


def max_table_writes(executions_a_day: int) -> float:
    """One a run to acquire, and one for each listing; the last also releases the lease."""
    return DAY / RUN_INTERVAL_SECONDS + max_list_requests(executions_a_day)
