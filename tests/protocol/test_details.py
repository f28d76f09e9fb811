"""Steps and Contexts under faults: none lost, none doubled, each as it was at the end."""

import pytest

from simulator.faults import Fault as StudioFault
from simulator.faults import Kind
from simulator.request import Operation
from studio_export.log import keys
from tests.protocol import cases, detail_cases
from tests.protocol.detail_scenarios import BOTH, DETAIL_SCENARIOS, SHORT_OF_TIME, STEPS
from tests.protocol.detail_world import DetailScenario, DetailWorld
from tests.protocol.scenarios import DAY, HOUR, MINUTE, Life

BY_SCENARIO = pytest.mark.parametrize("scenario", DETAIL_SCENARIOS, ids=lambda each: each.name)


@BY_SCENARIO
def test_without_faults_each_ended_execution_has_its_line(scenario: DetailScenario) -> None:
    world = detail_cases.live(scenario)

    names = [folder.rstrip("/") for folder in scenario.folders if folder != keys.FLOW_REVISIONS]
    wanted = {(name, execution.sid) for name in names for _, execution in world.ended()}
    assert world.dataset.lines.keys() == wanted
    assert wanted


@BY_SCENARIO
def test_no_single_fault_at_any_io_loses_or_doubles_a_line(scenario: DetailScenario) -> None:
    for case in cases.detail_fault_cases(scenario):
        cases.run(case)


def test_no_pair_of_faults_in_the_first_ios_loses_or_doubles_a_line() -> None:
    for case in cases.detail_pair_cases(STEPS, until=6):
        cases.run(case)


def test_no_schedule_of_two_runs_loses_or_doubles_a_line() -> None:
    for case in cases.detail_overlap_cases(STEPS):
        cases.run(case)


def test_no_storm_loses_or_doubles_a_line() -> None:
    for case in cases.detail_storm_cases(range(75)):
        cases.run(case)


def test_nothing_is_asked_for_before_the_ended_line_is_ten_minutes_old() -> None:
    world = DetailWorld(STEPS)
    world.advance_to(9 * MINUTE)
    newest = max(written for _, written in world.store.written(keys.EXECUTIONS))
    world.invoke()

    young = [key for key, at in world.store.written(keys.EXECUTIONS) if at == newest]
    assert not any(_children_of(world, key) for key in young)
    world.advance_to(11 * MINUTE)
    world.invoke()
    assert all(_children_of(world, key) for key in young)


def test_a_run_with_time_for_a_few_requests_makes_progress() -> None:
    world = DetailWorld(SHORT_OF_TIME)
    world.make_runs()
    assert 0 < len(world.dataset.lines) <= len(world.ended())
    world.rest()


def test_an_execution_that_twilio_deleted_has_a_line_that_says_so() -> None:
    world = DetailWorld(BOTH)
    gone = world.ended()[0][1]
    gone.deleted_at = world.clock.now()
    world.make_runs()
    world.rest()

    lines = [world.dataset.lines[name, gone.sid] for name in ("steps", "contexts")]
    assert [line["missing"] for line in lines] == ["deleted", "deleted"]
    assert [line.get("steps", line.get("context")) for line in lines] == [None, None]


@pytest.mark.parametrize("operation", [Operation.STEPS, None], ids=["Steps", "all of it"])
def test_a_404_is_not_believed_while_the_list_has_the_execution_or_fails(
    operation: Operation | None,
) -> None:
    world = DetailWorld(STEPS)
    world.studio.faults.on(StudioFault(Kind.NOT_FOUND, operation=operation))
    world.make_runs()
    assert world.dataset.lines == {}
    world.studio.faults.off()
    world.rest()
    assert not any("missing" in line for line in world.dataset.lines.values())


def test_one_that_cannot_be_read_keeps_no_other_back_and_expires_at_the_end() -> None:
    lives = (Life(created=200, lasts_seconds=10), Life(created=260, lasts_seconds=10))
    world = DetailWorld(DetailScenario("one fails", lives))
    first = world.ended()[0][1]
    world.studio.faults.on(StudioFault(Kind.SERVER_ERROR, execution_sid=first.sid))
    world.make_runs()
    assert [sid for _, sid in world.dataset.lines] == [world.ended()[1][1].sid]

    world.clock.advance(31 * DAY + 2 * HOUR)
    world.rest()
    assert world.dataset.lines["steps", first.sid]["missing"] == "expired"


def test_lost_marks_cost_requests_to_the_store_alone() -> None:
    world = detail_cases.live(BOTH)
    lines, asked = dict(world.dataset.lines), _requests(world)
    world.lose_marks()
    world.rest()
    assert (world.dataset.lines, _requests(world)) == (lines, asked)


def test_executions_are_byte_for_byte_the_same_with_details_and_without() -> None:
    world = DetailWorld(BOTH)
    before = _executions(world)
    world.make_runs()
    world.rest()
    assert _executions(world) == before


def test_an_empty_list_is_believed_an_hour_after_the_ended_line() -> None:
    world = DetailWorld(STEPS)
    world.studio.faults.on(StudioFault(Kind.STEPS_LATE, value=DAY))
    world.advance_to(12 * MINUTE)
    world.invoke()
    assert world.dataset.lines == {}
    world.advance_to(61 * MINUTE)
    world.invoke()
    assert {tuple(line["steps"]) for line in world.dataset.lines.values()} == {()}


def test_steps_of_another_execution_are_refused() -> None:
    world = DetailWorld(STEPS)
    world.studio.faults.on(StudioFault(Kind.OTHER_EXECUTION))
    world.make_runs()
    assert world.dataset.lines == {}
    world.studio.faults.off()
    world.rest()


def test_the_key_of_another_account_makes_nothing_final() -> None:
    world = DetailWorld(BOTH)
    world.studio.faults.on(StudioFault(Kind.OTHER_ACCOUNT))
    world.make_runs()
    assert world.dataset.lines == {}
    world.studio.faults.off()
    world.rest()
    assert not any("missing" in line for line in world.dataset.lines.values())


def test_a_dataset_that_is_refused_keeps_no_other_back() -> None:
    world = DetailWorld(BOTH)
    world.studio.faults.on(StudioFault(Kind.NO_PERMISSION, operation=Operation.CONTEXT))
    world.make_runs()
    assert {name for name, _ in world.dataset.lines} == {"steps"}
    assert len(world.dataset.lines) == len(world.ended())


def _requests(world: DetailWorld) -> int:
    return sum(call.name == "source.get" for call in world.injector.trace)


def _children_of(world: DetailWorld, key: str) -> list[str]:
    parent = keys.parse_log_key(key)
    return world.store.list(keys.child_prefix(keys.STEPS, parent)) if parent else []


def _executions(world: DetailWorld) -> dict[str, bytes]:
    objects = world.store.objects
    return {key: body for key, body in objects.items() if key.startswith(keys.EXECUTIONS)}
