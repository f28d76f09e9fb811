"""Soak test: months of steady traffic in virtual time, with faults throughout.

The status filter comes and goes. A final line is written by the first complete run that begins 30
hours after the end, or later; a run that a fault hits is seldom complete. It comes within three
hours if the filter had worked for a day before: one run, and two questions that faults may cost,
each with the hour that the next one waits. After three in a row the exporter sweeps every age for a
day, as the data contract says; how often it did is printed.

python -m tests.protocol.soak --days 60 --flows 3 --executions-a-day 10000
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import Pool
from typing import NamedTuple

from simulator.faults import Fault as StudioFault
from simulator.faults import Kind
from studio_export.export.ages import DAY, DEFAULT_AGES, MINUTE
from studio_export.export.freshness import Freshness
from studio_export.twilio.record import ENDED
from tests.protocol.faults import APPLICABLE, Fault
from tests.protocol.oracle import BrokenPromiseError, Dataset
from tests.protocol.scenarios import Scenario
from tests.protocol.storm import set_hints
from tests.protocol.world import START, World

_RUN_INTERVAL_SECONDS = 15 * MINUTE
_FAULT_RATE = 0.01  # of all I/Os: about every tenth run has one
_TABLE_LOST_EVERY_DAYS = 9
_HINTS_LOST_EVERY_DAYS = 7
_FILTER_CHANGES_EVERY_DAYS = 3
_MAX_WAIT = timedelta(hours=30)  # for the next age, a day, and for its range, six hours
_MAX_LAG_WITH_FILTER = timedelta(hours=3)
_LEARNED_AFTER = timedelta(hours=26)  # a filter that was ignored is tried again after a day


@dataclass(slots=True)
class Lags(Dataset):
    """The dataset, and how late each final line came.

    Attributes:
        served: when the last complete run began.
        complete_runs: how many there were.
        settled: since when nothing that costs lag has happened; None while the filter is ignored.
        with_filter: the lags that the filter must keep short.
        days_by_ages: how often three runs in a row had no answer.
    """

    world: World | None = None
    served: datetime = START
    complete_runs: int = 0
    settled: datetime | None = None
    worst: timedelta = timedelta()
    with_filter: list[timedelta] = field(default_factory=list)
    days_by_ages: int = 0
    _by_ages_until: int = 0

    def lose(self) -> None:
        """Note that the table or the hints are lost."""
        assert self.world is not None
        self.settled = self.world.clock.now() if self.settled else None

    def after_run(self, begun: datetime) -> None:
        """Note whether the run was complete; expect short lags where the hints trust the filter."""
        assert self.world is not None
        if any(summary.complete for summary in self.world.summaries):
            self.served = begun
            self.complete_runs += 1
        stored = [item.checkpoint.hints for item in self.world.checkpoints.items.values()]
        until = max((hints.ignored_until for hints in stored if hints), default=0)
        if self.settled and until > self._by_ages_until:
            self.days_by_ages += 1
            self.settled = self.world.clock.now()
        self._by_ages_until = until

    def describe(self) -> str:
        """Return the lags, for the table of the soak."""
        ordered = sorted(self.with_filter) or [timedelta()]
        middle, late = (ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
        return (
            f"worst {self.worst}; with the filter {len(self.with_filter)} final lines:"
            f" p50 {middle}, p99 {late}, worst {ordered[-1]};"
            f" {self.days_by_ages} days by the ages for want of answers"
        )

    def _add(self, key: str, sid: str, status: str | None) -> None:
        seen_active = bool(self.lines.get(sid))
        super(Lags, self)._add(key, sid, status)
        world = self.world
        if world is None or status != ENDED or not seen_active:
            return
        ends = world.flow.by_sid[sid].ends_at
        assert ends is not None
        lag = world.clock.now() - ends
        self.worst = max(self.worst, lag)
        if ends + _MAX_WAIT <= self.served:
            raise BrokenPromiseError(
                f"G7: {sid} came {lag} after its end, and after a complete run"
            )
        if self.settled and ends >= self.settled + _LEARNED_AFTER:
            self.with_filter.append(lag)
            if lag > _MAX_LAG_WITH_FILTER:
                raise BrokenPromiseError(f"G7: {sid} came {lag} after its end, with the filter")


def soak(seed: int, days: int, executions_a_day: int) -> dict[str, object]:
    """Run one Flow's days; return what to print of it.

    Raises:
        BrokenPromiseError: a line was lost, duplicated or rewritten.
    """
    chance, begun = random.Random(seed), time.monotonic()
    scenario = Scenario(
        f"soak {seed}",
        executions=(),
        run_times=(),
        ages=DEFAULT_AGES,
        lookback_seconds=30 * DAY,
        freshness=Freshness(requests_an_hour=None),
    )
    struck: list[Fault] = []

    def random_plan(_: int, name: str) -> Fault | None:
        if chance.random() >= _FAULT_RATE:
            return None
        struck.append(chance.choice(APPLICABLE[name]))
        return struck[-1]

    world = World(scenario, random_plan, sound_cursors=False)
    lags = world.dataset = Lags(world.store, world=world, settled=START)
    for start, lasts, hidden in _traffic(chance, days, executions_a_day):
        created = START + timedelta(seconds=start)
        ends = created + timedelta(seconds=lasts)
        world.flow.add(created, ends, visible_from=created + timedelta(seconds=hidden))
    runs = days * DAY // _RUN_INTERVAL_SECONDS
    for run_index in range(runs):
        world.advance_to(run_index * _RUN_INTERVAL_SECONDS)
        if run_index % (_TABLE_LOST_EVERY_DAYS * DAY // _RUN_INTERVAL_SECONDS) == 1:
            world.checkpoints.items.clear()
            lags.lose()
        if run_index % (_HINTS_LOST_EVERY_DAYS * DAY // _RUN_INTERVAL_SECONDS) == 2:
            set_hints(world, {})
            lags.lose()
        if chance.random() < _RUN_INTERVAL_SECONDS / (_FILTER_CHANGES_EVERY_DAYS * DAY):
            _change_filter(world, lags)
        world.summaries.clear()
        run_begun = world.clock.now()
        world.invoke()
        lags.after_run(run_begun)
        del world.injector.trace[:-100]
    world.rest()
    return {
        "seed": seed,
        "runs": runs,
        "complete": lags.complete_runs,
        "I/Os": world.injector.number,
        "faults": len(struck),
        "executions": len(world.flow.executions),
        "lines": sum(map(len, lags.lines.values())),
        "objects": len(world.store.objects),
        "seconds": time.monotonic() - begun,
        "lag": lags.describe(),
    }


def _change_filter(world: World, lags: Lags) -> None:
    if lags.settled:
        world.studio.faults.on(StudioFault(Kind.STATUS_IGNORED))
        lags.settled = None
    else:
        world.studio.faults.off(Kind.STATUS_IGNORED)
        lags.settled = world.clock.now()


def _traffic(
    chance: random.Random, days: int, executions_a_day: int
) -> Iterator[tuple[int, int, int]]:
    """Creation (seconds after birth), duration and how long it is hidden, in order."""
    start = -2 * DAY
    for created in sorted(
        chance.choices(range(start, days * DAY), k=(days + 2) * executions_a_day)
    ):
        lasts = (
            chance.expovariate(1 / 300) if chance.random() < 0.97 else chance.uniform(0, 3 * DAY)
        )
        hidden = chance.uniform(0, 7200) if chance.random() < 0.01 else 0
        yield created, int(lasts), int(hidden)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.protocol.soak")
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--flows", type=int, default=3)
    parser.add_argument("--executions-a-day", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    live = partial(soak, days=asked.days, executions_a_day=asked.executions_a_day)
    kept = True
    with Pool(os.cpu_count()) as pool:
        for ended in pool.imap(partial(outcome, live), range(asked.seed, asked.seed + asked.flows)):
            print(ended.text, flush=True)
            kept = kept and ended.kept
    print("0 lost, 0 doubled, 0 rewritten" if kept else "A promise was broken.")
    return int(not kept)


class Outcome(NamedTuple):
    """How a Flow's days ended; `kept` is whether every promise was."""

    kept: bool
    text: str


def outcome(live: Callable[[int], dict[str, object]], seed: int) -> Outcome:
    """Catch a broken promise: a `BaseException` ends a process of a pool, which then waits."""
    try:
        counts = live(seed)
    except BrokenPromiseError as error:
        return Outcome(kept=False, text=f"seed {seed}: {error}")
    return Outcome(kept=True, text=", ".join(f"{name} {count}" for name, count in counts.items()))


if __name__ == "__main__":
    sys.exit(main())
