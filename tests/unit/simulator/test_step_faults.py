import json
from datetime import timedelta
from typing import Any

import pytest

from simulator.context import context_of
from simulator.execution import Execution
from simulator.faults import Fault, Kind
from simulator.oddities import Oddity
from simulator.path import looping
from simulator.request import Operation
from simulator.steps import steps_of
from tests.unit.simulator.lab import Lab

MINUTE = timedelta(minutes=1)


@pytest.fixture
def execution(lab: Lab) -> Execution:
    """An Execution that ended a minute ago, with five Steps."""
    return added(lab)


def added(lab: Lab) -> Execution:
    path = looping(lab.flow.definition(), 5)
    return lab.flow.add(lab.clock() - 3 * MINUTE, lab.clock() - MINUTE, path=path)


def expected(lab: Lab, execution: Execution) -> list[dict[str, Any]]:
    return steps_of(lab.flow, execution, lab.studio.clock(), lab.studio.base_url)


def path_of(lab: Lab, execution: Execution, part: str = "") -> str:
    return f"{lab.url}/{execution.sid}{part}"


def test_the_last_step_may_come_after_the_end(lab: Lab, execution: Execution) -> None:
    lab.switch_on(Kind.LAST_STEP_LATE, 90)
    whole = expected(lab, execution)
    lab.clock.advance(seconds=29)
    assert lab.steps(execution) == whole[1:]
    lab.clock.advance(seconds=1)
    assert lab.steps(execution) == whole


def test_a_last_step_that_is_late_was_not_there_before_the_end(lab: Lab) -> None:
    lab.switch_on(Kind.LAST_STEP_LATE, 5)
    path = looping(lab.flow.definition(), 5)
    execution = lab.flow.add(lab.clock(), lab.clock() + MINUTE, path=path)
    counts = []
    for _ in range(70):
        lab.clock.advance(seconds=1)
        counts.append(len(lab.steps(execution)))
    assert counts == sorted(counts)
    assert (counts[63], counts[64]) == (4, 5)


def test_a_context_may_lack_what_the_last_step_left(lab: Lab, execution: Execution) -> None:
    whole = context_of(lab.flow, execution, lab.studio.clock(), lab.studio.base_url)["context"]
    lab.switch_on(Kind.LAST_STEP_LATE, 90, operation=Operation.CONTEXT)
    assert lab.context(execution) != whole
    assert len(lab.steps(execution)) == 5
    lab.studio.faults.off()
    assert lab.context(execution) == whole


def test_the_list_may_be_empty_at_first(lab: Lab, execution: Execution) -> None:
    lab.switch_on(Kind.STEPS_LATE, 90)
    assert lab.steps(execution) == []
    lab.clock.advance(seconds=30)
    assert lab.steps(execution) == expected(lab, execution)


def test_steps_of_another_execution_may_come_too(lab: Lab, execution: Execution) -> None:
    lab.switch_on(Kind.OTHER_EXECUTION)
    for size in (1, 2, 1000):
        found = lab.steps(execution, PageSize=size)
        assert found[2:] == expected(lab, execution)
        assert execution.sid not in {step["execution_sid"] for step in found[:2]}


def test_they_may_come_instead(lab: Lab, execution: Execution) -> None:
    lab.switch_on(Kind.OTHER_EXECUTION, "instead")
    found = lab.steps(execution)
    assert len(found) == 2
    assert execution.sid not in json.dumps([step["execution_sid"] for step in found])


def test_a_context_may_be_of_another_execution(lab: Lab, execution: Execution) -> None:
    lab.switch_on(Kind.OTHER_EXECUTION)
    found = lab.page(path_of(lab, execution, "/Context"))
    assert found["execution_sid"].startswith("FN")
    assert found["execution_sid"] != execution.sid


def test_a_step_may_repeat_within_a_page_and_on_the_next(lab: Lab, execution: Execution) -> None:
    lab.switch_on(Kind.REPEATED_ROWS)
    whole = expected(lab, execution)
    found = lab.steps(execution, PageSize=3)
    assert found == [*whole[:3], whole[0], whole[2], *whole[3:], whole[3]]


def test_the_last_page_of_steps_may_be_empty(lab: Lab, execution: Execution) -> None:
    lab.switch_on(Kind.EMPTY_LAST_PAGE)
    pages = list(lab.reader.follow(path_of(lab, execution, "/Steps?PageSize=1000")))
    assert [len(page["steps"]) for page in pages] == [5, 0]


def test_a_step_may_be_odd(lab: Lab, execution: Execution) -> None:
    for oddity in Oddity:
        lab.switch_on(Kind.SPOILED_ROWS, oddity, row=0)
        assert lab.ask(path_of(lab, execution, "/Steps")).status == 200
    lab.switch_on(Kind.SPOILED_ROWS, Oddity.CONTEXT_LIST, row=1)
    contexts = [step["context"] for step in lab.steps(execution)]
    assert contexts == [None, [1, "two", None, {"three": 3}], None, None, None]


def test_the_steps_may_be_null_instead_of_a_list(lab: Lab, execution: Execution) -> None:
    lab.switch_on(Kind.NOT_A_LIST)
    assert lab.page(path_of(lab, execution, "/Steps"))["steps"] is None


@pytest.mark.parametrize(("kind", "status"), [(Kind.NOT_FOUND, 404), (Kind.SERVER_ERROR, 503)])
def test_a_fault_may_strike_one_execution_alone(
    lab: Lab, execution: Execution, kind: Kind, status: int
) -> None:
    other = added(lab)
    lab.switch_on(kind, operation=Operation.STEPS, execution_sid=execution.sid)
    assert lab.ask(path_of(lab, execution, "/Steps")).status == status
    assert lab.ask(path_of(lab, execution, "/Context")).status == 200
    assert lab.ask(path_of(lab, execution)).status == 200
    assert lab.ask(path_of(lab, other, "/Steps")).status == 200
    assert execution.sid in lab.sids()


def test_a_404_may_be_answered_once_only(lab: Lab, execution: Execution) -> None:
    lab.switch_on(Kind.NOT_FOUND, execution_sid=execution.sid, times=1)
    found = [lab.ask(path_of(lab, execution, "/Steps")).status for _ in range(2)]
    assert found == [404, 200]


def test_to_the_key_of_another_account_everything_is_404(lab: Lab, execution: Execution) -> None:
    lab.switch_on(Kind.OTHER_ACCOUNT)
    one = path_of(lab, execution)
    flow_path = f"/v2/Flows/{lab.flow.sid}"
    paths = [flow_path, f"{flow_path}/Executions", f"{flow_path}/Revisions/1"]
    for path in [*paths, one, f"{one}/Steps", f"{one}/Context"]:
        response = lab.ask(path)
        assert (response.status, json.loads(response.body)["code"]) == (404, 20404)
    assert lab.page("/v2/Flows")["flows"] == []


def test_a_fault_of_one_execution_round_trips_through_json() -> None:
    fault = Fault(Kind.STEPS_LATE, 60, operation=Operation.STEPS, execution_sid="FN1")
    assert Fault.from_json(json.loads(json.dumps(fault.to_json()))) == fault
