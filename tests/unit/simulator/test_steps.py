import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.account import Execution, Flow
from simulator.clock import VirtualClock
from simulator.definition import ENDED
from simulator.openapi import validator
from simulator.path import Move, Path, along, looping
from simulator.reader import Reader
from simulator.steps import steps_of
from simulator.studio import Studio

MINUTE = timedelta(minutes=1)


@pytest.fixture
def execution(flow: Flow, clock: VirtualClock) -> Execution:
    """An Execution that ended a minute ago, with five Steps."""
    return added(
        flow, clock, along(flow.definition(), "Trigger", "greet", "menu", "route", "again", "menu")
    )


def added(flow: Flow, clock: VirtualClock, path: Path | None) -> Execution:
    return flow.add(clock() - 3 * MINUTE, clock() - MINUTE, path=path)


def ways(steps: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(step["transitioned_from"], step["name"], step["transitioned_to"]) for step in steps]


def test_steps_are_listed_newest_first(reader: Reader, flow: Flow, execution: Execution) -> None:
    assert ways(reader.steps(flow, execution)) == [
        ("again", "audioComplete", "menu"),
        ("route", "noMatch", "again"),
        ("menu", "keypress", "route"),
        ("greet", "audioComplete", "menu"),
        ("Trigger", "incomingCall", "greet"),
    ]


def test_the_fields_are_those_that_twilio_lists(
    reader: Reader, flow: Flow, execution: Execution
) -> None:
    steps = reader.steps(flow, execution)
    step = steps[-1]
    url = f"https://studio.twilio.com/v2/Flows/{flow.sid}/Executions/{execution.sid}/Steps/{step['sid']}"
    assert len({each["sid"] for each in steps}) == 5
    assert step | {"sid": "FT", "date_created": ""} == {
        "sid": "FT",
        "account_sid": flow.account_sid,
        "flow_sid": flow.sid,
        "execution_sid": execution.sid,
        "parent_step_sid": None,
        "name": "incomingCall",
        "context": None,
        "transitioned_from": "Trigger",
        "transitioned_to": "greet",
        "type": "trigger",
        "date_created": "",
        "date_updated": None,
        "url": url,
        "links": {"step_context": f"{url}/Context"},
    }


@pytest.mark.parametrize("size", [1, 2, 4, 5, 6, 1000])
def test_pages_of_any_size_make_the_same_list(
    reader: Reader, flow: Flow, execution: Execution, size: int
) -> None:
    path = f"/v2/Flows/{flow.sid}/Executions/{execution.sid}/Steps"
    pages = list(reader.follow(f"{path}?PageSize={size}"))
    for page in pages:
        validator(path).validate(page)
        assert page["meta"]["key"] == "steps"
    assert len(pages) == -(-5 // size)
    assert [step for page in pages for step in page["steps"]] == reader.steps(flow, execution)


def test_a_thousand_steps_fit_on_one_page(reader: Reader, flow: Flow, clock: VirtualClock) -> None:
    execution = added(flow, clock, looping(flow.definition(), 1000))
    assert len(reader.steps(flow, execution, PageSize=1000)) == 1000
    assert len(reader.steps(flow, execution, PageSize=300)) == 1000


def test_an_execution_may_have_no_step(reader: Reader, flow: Flow, clock: VirtualClock) -> None:
    assert reader.steps(flow, added(flow, clock, Path())) == []


def test_a_step_appears_when_its_widget_ends(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    moves = (
        Move("Trigger", "trigger", "incomingCall", "greet"),
        Move("greet", "say-play", "audioComplete", ENDED, 10),
    )
    execution = flow.add(clock(), clock() + MINUTE, path=Path(moves))
    found = []
    for seconds in (0, 59, 1):
        clock.advance(seconds=seconds)
        found.append(len(reader.steps(flow, execution)))
    assert found == [1, 1, 2]


def test_an_execution_that_never_ends_stays_in_its_last_widget(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    path = along(flow.definition(), "Trigger", "ask", "thank", ENDED)
    execution = flow.add(clock(), path=path)
    clock.advance(days=29)
    assert ways(reader.steps(flow, execution)) == [
        ("ask", "timeout", "thank"),
        ("Trigger", "incomingMessage", "ask"),
    ]


def test_the_last_step_to_the_end_is_as_old_as_the_end(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    execution = added(flow, clock, along(flow.definition(), "Trigger", "greet", ENDED))
    assert reader.steps(flow, execution)[0]["date_created"] == "2026-11-23T13:59:00Z"


def test_steps_may_share_a_second_and_the_first_may_be_older_than_its_execution(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    for _ in range(100):
        flow.add(clock() - MINUTE, clock() - MINUTE + timedelta(seconds=2))
    early = shared = 0
    for execution in flow.executions:
        times = [
            datetime.fromisoformat(each["date_created"]) for each in reader.steps(flow, execution)
        ]
        assert times == sorted(times, reverse=True)
        shared += len(set(times)) < len(times)
        early += execution.created - timedelta(seconds=1) in times
    assert shared > 50
    assert 3 < early < 30


@pytest.mark.parametrize("part", ["Steps", "Context"])
def test_they_are_deleted_with_their_execution(
    reader: Reader, flow: Flow, clock: VirtualClock, part: str
) -> None:
    old = flow.add(clock() - timedelta(days=30), clock() - timedelta(days=29))
    deleted = added(flow, clock, None)
    deleted.deleted_at = clock()
    for execution in (old, deleted):
        response = reader.ask(f"/v2/Flows/{flow.sid}/Executions/{execution.sid}/{part}")
        assert (response.status, json.loads(response.body)["code"]) == (404, 20404)


def test_steps_of_are_those_that_the_api_lists(
    studio: Studio, reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    for minutes in range(60):
        flow.add(clock() - minutes * MINUTE, clock() + (30 - minutes) * MINUTE)
    for execution in flow.executions:
        expected = steps_of(flow, execution, clock(), studio.base_url)
        assert reader.steps(flow, execution) == expected
