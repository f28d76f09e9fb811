from datetime import timedelta
from itertools import chain

import pytest

from tests.protocol import cases
from tests.protocol.faults import Fault
from tests.protocol.life import live
from tests.protocol.scenarios import (
    BY_NAME,
    NO_LEASE,
    SCENARIOS,
    TWO_AGES,
    ZOMBIE,
    Scenario,
)

BY_SCENARIO = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)


@BY_SCENARIO
def test_without_faults_every_execution_and_every_end_is_exported(scenario: Scenario) -> None:
    world = live(scenario)

    last_sweep = timedelta(seconds=scenario.ages[-1])
    ended = {each.sid for each in world.flow.executions if each.ended(each.created + last_sweep)}
    finals = {sid for sid, statuses in world.dataset.lines.items() if "ended" in statuses}
    assert finals >= ended
    assert all(summary.complete for summary in world.summaries)
    totals = [summary.totals for summary in world.summaries]
    lines = list(chain.from_iterable(world.dataset.lines.values()))
    assert sum(each.lines for each in totals) == len(lines)
    assert sum(each.ended for each in totals) == lines.count("ended") == len(finals)
    assert sum(each.objects for each in totals) == len(world.store.objects)


def test_an_execution_that_was_seen_active_has_one_early_line_and_one_final_one() -> None:
    world = live(TWO_AGES)

    long = [each for each in world.flow.executions if each.created.minute == 45]
    assert [world.dataset.lines[each.sid] for each in long] == [["active", "ended"]]


@BY_SCENARIO
def test_a_put_that_took_effect_is_counted_whatever_happened_to_its_answer(
    scenario: Scenario,
) -> None:
    """One process does all puts, so what it counts must be what the store has."""
    puts = [call.number for call in live(scenario).injector.trace if "put" in call.name]
    for number in puts:
        for fault in (Fault.LOST_ANSWER, Fault.DOUBT, Fault.ERROR, Fault.REFUSED):
            world = live(scenario, {number: fault})

            totals = [summary.totals for summary in world.summaries]
            lines = list(chain.from_iterable(world.dataset.lines.values()))
            counted = [(each.lines, each.ended, each.objects) for each in totals]
            stored = (len(lines), lines.count("ended"), len(world.store.objects))
            assert tuple(map(sum, zip(*counted, strict=True))) == stored, (number, fault)
            assert sum(each.doubts for each in totals) == (fault is not Fault.REFUSED)


@BY_SCENARIO
def test_no_single_fault_at_any_io_loses_or_doubles_a_line(scenario: Scenario) -> None:
    for case in cases.fault_cases(scenario):
        cases.run(case)


@pytest.mark.parametrize("name", [TWO_AGES.name, NO_LEASE.name])
def test_no_pair_of_faults_in_the_first_ios_loses_or_doubles_a_line(name: str) -> None:
    for case in cases.pair_cases(BY_NAME[name], until=4):
        cases.run(case)


def test_no_fault_beside_a_late_put_after_process_death_loses_or_doubles_a_line() -> None:
    for case in cases.pair_cases(ZOMBIE, until=99):
        if Fault.UNDER_A_PUT in case:
            cases.run(case)


def test_a_call_that_lands_hours_late_does_not_take_the_lease_of_a_live_process() -> None:
    """Its save would be refused, and no sweep follows that of the last age."""
    cases.run("faults: the expiry wall: 1=late 2=forbidden")
