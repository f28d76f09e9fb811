"""A case is one life with its faults, written as a line that replays it.

faults: two ages: 17=lost_answer 23=late
overlap: two invocations meet: 1: 0x5 1x7
storm: 4711
compaction: 17=lost_answer 23=late
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from tests.protocol import compaction_world
from tests.protocol.compaction_world import CompactionWorld
from tests.protocol.faults import Fault
from tests.protocol.life import live, pairs, single_faults
from tests.protocol.oracle import BrokenPromiseError
from tests.protocol.overlap import live_overlapped, meet, two_preemptions
from tests.protocol.scenarios import BY_NAME, Scenario
from tests.protocol.storm import storm
from tests.protocol.world import World


def run(case: str) -> World | CompactionWorld:
    """Live the case.

    Raises:
        BrokenPromiseError: with the table of I/Os and the command that replays it as notes.
    """
    try:
        return _live(case)
    except (Exception, BrokenPromiseError) as error:
        error.add_note(f"to replay: .venv/bin/python -m tests.protocol '{case}'")
        raise


def _live(case: str) -> World | CompactionWorld:
    match [part.strip() for part in case.split(":")]:
        case ["faults", name, faults]:
            return live(BY_NAME[name], _faults(faults))
        case ["overlap", name, tick, schedule]:
            steps = (step.split("x") for step in schedule.split())
            return live_overlapped(
                replace(BY_NAME[name], lease=False),
                int(tick),
                [(int(who), int(count)) for who, count in steps],
            )
        case ["meeting", seed]:
            return meet(int(seed))
        case ["storm", seed]:
            return storm(int(seed))
        case ["compaction", faults]:
            return compaction_world.lived(_faults(faults))
    raise ValueError(f"not a case: {case!r}")


def fault_cases(scenario: Scenario, until: int | None = None) -> Iterator[str]:
    """Every fault at every I/O."""
    return (_fault_case(scenario, faults) for faults in single_faults(scenario, until))


def pair_cases(scenario: Scenario, until: int) -> Iterator[str]:
    """Every pair of faults in the first I/Os."""
    return (_fault_case(scenario, faults) for faults in pairs(scenario, until))


def overlap_cases(scenario: Scenario) -> Iterator[str]:
    """Every schedule of two invocations with up to two preemptions, at each tick, lease off."""
    for tick in range(len(scenario.ticks)):
        for schedule in two_preemptions(replace(scenario, lease=False), tick):
            steps = " ".join(f"{who}x{count}" for who, count in schedule)
            yield f"overlap: {scenario.name}: {tick}: {steps}"


def meeting_cases(seeds: range) -> Iterator[str]:
    """Random schedules of two to four invocations, lease on and off."""
    return (f"meeting: {seed}" for seed in seeds)


def storm_cases(seeds: range) -> Iterator[str]:
    return (f"storm: {seed}" for seed in seeds)


def _fault_case(scenario: Scenario, faults: dict[int, Fault]) -> str:
    return f"faults: {scenario.name}: {_written(faults)}"


def compaction_cases(until: int) -> Iterator[str]:
    """Every fault at every I/O of a day's compactions, and every pair in the first ones."""
    faults = compaction_world.single_faults()
    pairs = compaction_world.pairs(until)
    return ("compaction: " + _written(each) for each in chain(faults, pairs))


def _faults(text: str) -> dict[int, Fault]:
    at = (fault.split("=") for fault in text.split())
    return {int(number): Fault(fault) for number, fault in at}


def _written(faults: dict[int, Fault]) -> str:
    return " ".join(f"{number}={fault}" for number, fault in faults.items())
