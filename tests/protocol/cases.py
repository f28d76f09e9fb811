"""A case is one simulated life with its faults, written as a line that replays it.

faults: two ages: 17=lost_answer 23=late
overlap: two invocations meet: 1: 0x5 1x7
storm: 4711
compaction: 17=lost_answer 23=late
compaction of steps: 17=lost_answer 23=late
poison: html: 7: 4
details: steps: 17=lost_answer 23=late
details overlap: steps: 1: 0x5 1x7
details storm: 4711
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain

from studio_export.log.keys import EXECUTIONS, STEPS
from tests.protocol import compaction_world, detail_cases
from tests.protocol.compaction_world import CompactionWorld
from tests.protocol.detail_scenarios import DETAILS_BY_NAME
from tests.protocol.detail_world import DetailScenario, DetailWorld
from tests.protocol.faults import Fault, pairs, single_faults
from tests.protocol.life import live, live_until, undisturbed_calls
from tests.protocol.oracle import BrokenPromiseError
from tests.protocol.overlap import Schedule, live_overlapped, meet, overlap, two_preemptions
from tests.protocol.poison import Poison, PoisonedLife, live_poisoned
from tests.protocol.scenarios import BY_NAME, Scenario
from tests.protocol.storm import storm
from tests.protocol.world import World

_COMPACTED = {"compaction": EXECUTIONS, "compaction of steps": STEPS}


def run(case: str) -> World | CompactionWorld | PoisonedLife | DetailWorld:
    """Run the case.

    Raises:
        BrokenPromiseError: its notes are the table of I/Os and the command that replays it.
    """
    try:
        return _live(case)
    except (Exception, BrokenPromiseError) as error:
        error.add_note(f"Replay this case: .venv/bin/python -m tests.protocol '{case}'")
        raise


def _live(case: str) -> World | CompactionWorld | PoisonedLife | DetailWorld:
    match [part.strip() for part in case.split(":")]:
        case ["faults", name, faults]:
            return live(BY_NAME[name], _faults(faults))
        case ["overlap", name, run_index, schedule]:
            return live_overlapped(
                replace(BY_NAME[name], lease=False), int(run_index), _schedule(schedule)
            )
        case ["meeting" | "storm" as kind, seed]:
            return (meet if kind == "meeting" else storm)(int(seed))
        case ["compaction" | "compaction of steps" as kind, faults]:
            return compaction_world.live_compaction(_faults(faults), _COMPACTED[kind])
        case [kind, *rest] if kind.startswith("details"):
            return _live_details(kind, *rest)
        case ["poison", kind, seed, concurrency]:
            return live_poisoned(Poison(kind), int(seed), int(concurrency))
    raise ValueError(f"not a case: {case!r}. Copy the line that a failure prints.")


def _live_details(kind: str, *parts: str) -> DetailWorld:
    match [kind, *parts]:
        case ["details", name, faults]:
            return detail_cases.live(DETAILS_BY_NAME[name], _faults(faults))
        case ["details overlap", name, run_index, schedule]:
            return detail_cases.overlapped(name, int(run_index), _schedule(schedule))
        case ["details storm", seed]:
            return detail_cases.storm(int(seed))
    raise ValueError(f"not a case of details: {parts}. Copy the line that a failure prints.")


def fault_cases(scenario: Scenario) -> Iterator[str]:
    """Every fault at every I/O."""
    return (_fault_case(scenario, each) for each in single_faults(undisturbed_calls(scenario)))


def pair_cases(scenario: Scenario, until: int) -> Iterator[str]:
    """Every pair of faults in the first I/Os."""
    return (_fault_case(scenario, faults) for faults in pairs(undisturbed_calls(scenario), until))


def overlap_cases(scenario: Scenario) -> Iterator[str]:
    """Every schedule of two invocations with up to two preemptions, at each run, lease off."""
    for run_index in range(len(scenario.run_times)):
        for schedule in two_preemptions(partial(_overlap, scenario, run_index)):
            yield f"overlap: {scenario.name}: {run_index}: {_format_schedule(schedule)}"


def _overlap(scenario: Scenario, run_index: int, schedule: Schedule) -> list[int]:
    return overlap(live_until(replace(scenario, lease=False), run_index), schedule)


def meeting_cases(seeds: range) -> Iterator[str]:
    """Random schedules of two to four invocations, lease on and off."""
    return (f"meeting: {seed}" for seed in seeds)


def storm_cases(seeds: range) -> Iterator[str]:
    return (f"storm: {seed}" for seed in seeds)


def _fault_case(scenario: Scenario, faults: dict[int, Fault]) -> str:
    return f"faults: {scenario.name}: {_format_faults(faults)}"


def compaction_cases(until: int, kind: str = "compaction") -> Iterator[str]:
    """Every fault at every I/O of a day's compactions, and every pair in the first ones."""
    calls = compaction_world.undisturbed_calls(_COMPACTED[kind])
    faults = chain(single_faults(calls), pairs(calls, until))
    return (f"{kind}: {_format_faults(each)}" for each in faults)


def poison_cases(seeds: range) -> Iterator[str]:
    """Every kind of poison at random places, one request at a time and four."""
    return (
        f"poison: {kind}: {seed}: {concurrency}"
        for kind in Poison
        for seed in seeds
        for concurrency in (1, 4)
    )


def detail_fault_cases(scenario: DetailScenario) -> Iterator[str]:
    """Every fault at every I/O of the export of details."""
    calls = detail_cases.undisturbed_calls(scenario)
    return (f"details: {scenario.name}: {_format_faults(each)}" for each in single_faults(calls))


def detail_pair_cases(scenario: DetailScenario, until: int) -> Iterator[str]:
    """Every pair of faults in the first I/Os of the export of details."""
    calls = detail_cases.undisturbed_calls(scenario)
    return (f"details: {scenario.name}: {_format_faults(each)}" for each in pairs(calls, until))


def detail_overlap_cases(scenario: DetailScenario) -> Iterator[str]:
    """Every schedule of two runs with up to two preemptions, at each run."""
    return (
        f"details overlap: {scenario.name}: {run_index}: {_format_schedule(schedule)}"
        for run_index, schedule in detail_cases.schedules(scenario)
    )


def detail_storm_cases(seeds: range) -> Iterator[str]:
    return (f"details storm: {seed}" for seed in seeds)


def _schedule(text: str) -> Schedule:
    steps = (step.split("x") for step in text.split())
    return [(int(who), int(count)) for who, count in steps]


def _format_schedule(schedule: Schedule) -> str:
    return " ".join(f"{who}x{count}" for who, count in schedule)


def _faults(text: str) -> dict[int, Fault]:
    at = (fault.split("=") for fault in text.split())
    return {int(number): Fault(fault) for number, fault in at}


def _format_faults(faults: dict[int, Fault]) -> str:
    return " ".join(f"{number}={fault}" for number, fault in faults.items())
