import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.account import Execution, Flow
from simulator.clock import VirtualClock
from simulator.context import context_of
from simulator.faults import Fault, Kind
from simulator.oddities import Oddity
from simulator.path import looping
from simulator.reader import Reader
from simulator.request import Operation
from simulator.steps import steps_of
from simulator.studio import Studio

MINUTE = timedelta(minutes=1)


@pytest.fixture
def execution(flow: Flow, clock: VirtualClock) -> Execution:
    """An Execution that ended a minute ago, with five Steps."""
    return added(flow, clock)


def added(flow: Flow, clock: Callable[[], datetime]) -> Execution:
    path = looping(flow.definition(), 5)
    return flow.add(clock() - 3 * MINUTE, clock() - MINUTE, path=path)


def expected(reader: Reader, flow: Flow, execution: Execution) -> list[dict[str, Any]]:
    return steps_of(flow, execution, reader.studio.clock(), reader.studio.base_url)


def path_of(flow: Flow, execution: Execution, part: str = "") -> str:
    return f"/v2/Flows/{flow.sid}/Executions/{execution.sid}{part}"


def test_the_last_step_may_come_after_the_end(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution, clock: VirtualClock
) -> None:
    studio.faults.on(Fault(Kind.LAST_STEP_LATE, 90))
    whole = expected(reader, flow, execution)
    clock.advance(seconds=29)
    assert reader.steps(flow, execution) == whole[1:]
    clock.advance(seconds=1)
    assert reader.steps(flow, execution) == whole


def test_a_last_step_that_is_late_was_not_there_before_the_end(
    studio: Studio, reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    studio.faults.on(Fault(Kind.LAST_STEP_LATE, 5))
    execution = flow.add(clock(), clock() + MINUTE, path=looping(flow.definition(), 5))
    counts = []
    for _ in range(70):
        clock.advance(seconds=1)
        counts.append(len(reader.steps(flow, execution)))
    assert counts == sorted(counts)
    assert (counts[63], counts[64]) == (4, 5)


def test_a_context_may_lack_what_the_last_step_left(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution
) -> None:
    whole = context_of(flow, execution, studio.clock(), studio.base_url)["context"]
    studio.faults.on(Fault(Kind.LAST_STEP_LATE, 90, operation=Operation.CONTEXT))
    assert reader.context(flow, execution) != whole
    assert len(reader.steps(flow, execution)) == 5
    studio.faults.off()
    assert reader.context(flow, execution) == whole


def test_the_list_may_be_empty_at_first(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution, clock: VirtualClock
) -> None:
    studio.faults.on(Fault(Kind.STEPS_LATE, 90))
    assert reader.steps(flow, execution) == []
    clock.advance(seconds=30)
    assert reader.steps(flow, execution) == expected(reader, flow, execution)


def test_steps_of_another_execution_may_come_too(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution
) -> None:
    studio.faults.on(Fault(Kind.OTHER_EXECUTION))
    for size in (1, 2, 1000):
        found = reader.steps(flow, execution, PageSize=size)
        assert found[2:] == expected(reader, flow, execution)
        assert execution.sid not in {step["execution_sid"] for step in found[:2]}


def test_they_may_come_instead(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution
) -> None:
    studio.faults.on(Fault(Kind.OTHER_EXECUTION, "instead"))
    found = reader.steps(flow, execution)
    assert len(found) == 2
    assert execution.sid not in json.dumps([step["execution_sid"] for step in found])


def test_a_context_may_be_of_another_execution(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution
) -> None:
    studio.faults.on(Fault(Kind.OTHER_EXECUTION))
    found = reader.page(path_of(flow, execution, "/Context"))
    assert found["execution_sid"].startswith("FN")
    assert found["execution_sid"] != execution.sid


def test_a_step_may_repeat_within_a_page_and_on_the_next(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution
) -> None:
    studio.faults.on(Fault(Kind.REPEATED_ROWS))
    whole = expected(reader, flow, execution)
    found = reader.steps(flow, execution, PageSize=3)
    assert found == [*whole[:3], whole[0], whole[2], *whole[3:], whole[3]]


def test_the_last_page_of_steps_may_be_empty(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution
) -> None:
    studio.faults.on(Fault(Kind.EMPTY_LAST_PAGE))
    pages = list(reader.follow(path_of(flow, execution, "/Steps?PageSize=1000")))
    assert [len(page["steps"]) for page in pages] == [5, 0]


def test_a_step_may_be_odd(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution
) -> None:
    for oddity in Oddity:
        studio.faults.on(Fault(Kind.SPOILED_ROWS, oddity, row=0))
        assert reader.ask(path_of(flow, execution, "/Steps")).status == 200
    studio.faults.on(Fault(Kind.SPOILED_ROWS, Oddity.CONTEXT_LIST, row=1))
    contexts = [step["context"] for step in reader.steps(flow, execution)]
    assert contexts == [None, [1, "two", None, {"three": 3}], None, None, None]


def test_the_steps_may_be_null_instead_of_a_list(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution
) -> None:
    studio.faults.on(Fault(Kind.NOT_A_LIST))
    assert reader.page(path_of(flow, execution, "/Steps"))["steps"] is None


@pytest.mark.parametrize(("kind", "status"), [(Kind.NOT_FOUND, 404), (Kind.SERVER_ERROR, 503)])
def test_a_fault_may_strike_one_execution_alone(
    reader: Reader, flow: Flow, execution: Execution, kind: Kind, status: int
) -> None:
    other = added(flow, reader.studio.clock)
    reader.studio.faults.on(Fault(kind, operation=Operation.STEPS, execution_sid=execution.sid))
    assert reader.ask(path_of(flow, execution, "/Steps")).status == status
    assert reader.ask(path_of(flow, execution, "/Context")).status == 200
    assert reader.ask(path_of(flow, execution)).status == 200
    assert reader.ask(path_of(flow, other, "/Steps")).status == 200
    assert execution.sid in reader.sids(flow)


def test_a_404_may_be_answered_once_only(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution
) -> None:
    studio.faults.on(Fault(Kind.NOT_FOUND, execution_sid=execution.sid, times=1))
    found = [reader.ask(path_of(flow, execution, "/Steps")).status for _ in range(2)]
    assert found == [404, 200]


def test_to_the_key_of_another_account_everything_is_404(
    studio: Studio, reader: Reader, flow: Flow, execution: Execution
) -> None:
    studio.faults.on(Fault(Kind.OTHER_ACCOUNT))
    one = path_of(flow, execution)
    flow_path = f"/v2/Flows/{flow.sid}"
    paths = [flow_path, f"{flow_path}/Executions", f"{flow_path}/Revisions/1"]
    for path in [*paths, one, f"{one}/Steps", f"{one}/Context"]:
        response = reader.ask(path)
        assert (response.status, json.loads(response.body)["code"]) == (404, 20404)
    assert reader.page("/v2/Flows")["flows"] == []


def test_a_fault_of_one_execution_round_trips_through_json() -> None:
    fault = Fault(Kind.STEPS_LATE, 60, operation=Operation.STEPS, execution_sid="FN1")
    assert Fault.from_json(json.loads(json.dumps(fault.to_json()))) == fault
