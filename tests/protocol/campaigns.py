"""The long campaigns: run many cases on every core, and count what they find."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from multiprocessing import Pool
from typing import Any

from tests.protocol import cases
from tests.protocol.detail_scenarios import DETAIL_SCENARIOS
from tests.protocol.oracle import BrokenPromiseError, counted_as
from tests.protocol.scenarios import SCENARIOS

_SEEDS_A_BATCH = 50
_FOUND_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one case: its I/Os, and the promise it broke, empty if none."""

    case: str
    ios: int
    broken: str = ""


@dataclass(slots=True)
class Campaign:
    """`lives` counts the cases; `lost`, `doubled` and `rewritten` count broken promises."""

    name: str
    lives: int = 0
    ios: int = 0
    lost: int = 0
    doubled: int = 0
    rewritten: int = 0
    other: int = 0
    seconds: float = 0.0
    found: list[Result] = field(default_factory=list)

    def take(self, result: Result) -> None:
        self.lives += 1
        self.ios += result.ios
        if not result.broken:
            return
        kind = counted_as(result.broken)
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.found) < _FOUND_SHOWN:
            self.found.append(result)


def judge(case: str) -> Result:
    try:
        return Result(case, cases.run(case).ios)
    except BrokenPromiseError as error:
        return Result(case, 0, "\n".join([str(error), *error.__notes__]))
    except Exception as error:  # noqa: BLE001  a case that crashes is a finding too
        return Result(case, 0, f"{type(error).__name__}: {error}")


def run(name: str, all_cases: Iterator[str]) -> Campaign:
    """Run all cases, one process a core."""
    campaign, begun = Campaign(name), time.monotonic()
    with Pool(os.cpu_count()) as pool:
        for result in pool.imap_unordered(judge, all_cases, chunksize=_SEEDS_A_BATCH):
            campaign.take(result)
    campaign.seconds = time.monotonic() - begun
    return campaign


def planned(scale: float, seed: int) -> list[tuple[str, Callable[[], Iterator[str]]]]:
    """Return every campaign with its cases.

    `scale` 1 is all of them; less is a sample. Seeds begin at `seed`.
    """

    def seeds(count: int) -> range:
        return range(seed, seed + max(1, int(count * scale)))

    def each(
        make: Callable[..., Iterator[str]], *more: int, of: Sequence[Any] = SCENARIOS
    ) -> Callable[[], Iterator[str]]:
        return lambda: chain.from_iterable(make(scenario, *more) for scenario in of)

    each_detail = partial(each, of=DETAIL_SCENARIOS)

    return [
        ("every I/O x every fault", each(cases.fault_cases)),
        ("every pair of faults in the first I/Os", each(cases.pair_cases, max(2, int(14 * scale)))),
        ("every schedule of two invocations", each(cases.overlap_cases)),
        ("meetings of two to four", lambda: cases.meeting_cases(seeds(16_000))),
        ("storms, table loss, replays", lambda: cases.storm_cases(seeds(40_000))),
        ("compactions: every fault, every pair", lambda: cases.compaction_cases(int(40 * scale))),
        (
            "compactions of Steps: the same",
            lambda: cases.compaction_cases(int(40 * scale), "compaction of steps"),
        ),
        ("details: every fault", each_detail(cases.detail_fault_cases)),
        ("details: every pair", each_detail(cases.detail_pair_cases, max(2, int(14 * scale)))),
        ("details: every schedule of two", each_detail(cases.detail_overlap_cases)),
        ("details: storms", lambda: cases.detail_storm_cases(seeds(20_000))),
        ("poison: two runs, and a budget", lambda: cases.poison_cases(seeds(100))),
    ]
