"""The requests of a steady day, measured and by formula. See docs/correctness.md.

python -m tests.protocol.budget 0 1000 10000     count days of so many Executions
"""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from studio_export.export.ages import DAY, DEFAULT_AGES, HOUR, MINUTE, min_range_seconds, thin
from studio_export.export.freshness import DEFAULT_FRESHNESS
from tests.protocol.scenarios import Scenario
from tests.protocol.world import START, World

RUN_INTERVAL_SECONDS = 15 * MINUTE
RUNS = DAY // RUN_INTERVAL_SECONDS
PAGE_ROWS = 1000
_AGES = thin(DEFAULT_AGES)  # those that are swept while the hints see who ends


@dataclass(frozen=True, slots=True)
class Day:
    """The calls of one day by name, and how many objects it wrote.

    Attributes:
        questions: those of the calls of `source.get` that asked who is active.
    """

    calls: Mapping[str, int]
    questions: int
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
    objects = len(world.store.objects)
    del world.injector.trace[:]
    for run_index in range(warm_up_runs, warm_up_runs + RUNS):
        world.advance_to(run_index * RUN_INTERVAL_SECONDS)
        world.invoke()
    calls = Counter(call.name for call in world.injector.trace)
    questions = sum(", active" in call.argument for call in world.injector.trace)
    return Day(calls, questions, len(world.store.objects) - objects)


def _lasts(index: int) -> int:
    """Nine of ten end within minutes; the tenth lasts up to two days."""
    return index % 9 * 20 if index % 10 else index % 97 * 1800


def max_requests(executions_a_day: int) -> float:
    """Return an upper bound of the requests to Twilio."""
    return max_sweep_requests(executions_a_day) + max_watch_requests(executions_a_day)


def max_sweep_requests(executions_a_day: int) -> float:
    """Return an upper bound; ranges that touch are listed as one, so it may be far less.

    Each thin age is swept once a `min_range_seconds`, or once a run if that is longer, and lists
    each Execution once.
    """
    widths = (min_range_seconds(age, DEFAULT_AGES[0]) for age in _AGES)
    sweeps = sum(DAY / max(width, RUN_INTERVAL_SECONDS) for width in widths)
    return sweeps + len(_AGES) * executions_a_day / PAGE_ROWS


def max_watch_requests(executions_a_day: int) -> float:
    """Return an upper bound of questions and errands: what their budget allows.

    A small Flow needs less: a question a run, and an errand for each Execution that ends.
    """
    allowed = DAY // HOUR * (DEFAULT_FRESHNESS.requests_an_hour or 0)
    return min(allowed, RUNS + executions_a_day)


def max_store_lists(executions_a_day: int) -> float:
    """Return an upper bound of store listings.

    A sweep lists the store once for each UTC day it has records of: two at most, except those
    that cover a sparse month, four times a day.
    """
    return 2 * max_requests(executions_a_day) + 4 * 31


def max_table_writes(executions_a_day: int) -> float:
    """One a run to acquire, one for each sweep, and one a run to release the lease.

    Questions and errands move no cursor: what they learn is saved when the lease is released.
    """
    return 2 * RUNS + max_sweep_requests(executions_a_day)


def main(*executions: int) -> None:
    for each in executions:
        day = steady_day(each)
        limit = max_requests(each)
        print(f"{each} a day: {day.questions} questions, {limit:.0f} requests at most")
        print(*(f"{name} {count}" for name, count in sorted(day.calls.items())), sep=", ")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
