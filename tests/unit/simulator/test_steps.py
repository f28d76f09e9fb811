import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.definition import ENDED
from simulator.execution import Execution
from simulator.openapi import validator
from simulator.path import Move, Path, along, looping
from simulator.steps import steps_of
from tests.unit.simulator.lab import Lab

MINUTE = timedelta(minutes=1)


@pytest.fixture
def execution(lab: Lab) -> Execution:
    """An Execution that ended a minute ago, with five Steps."""
    path = along(lab.flow.definition(), "Trigger", "greet", "menu", "route", "again", "menu")
    return added(lab, path)


def added(lab: Lab, path: Path | None) -> Execution:
    return lab.flow.add(lab.clock() - 3 * MINUTE, lab.clock() - MINUTE, path=path)


def ways(steps: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(step["transitioned_from"], step["name"], step["transitioned_to"]) for step in steps]


def test_steps_are_listed_newest_first(lab: Lab, execution: Execution) -> None:
    assert ways(lab.steps(execution)) == [
        ("again", "audioComplete", "menu"),
        ("route", "noMatch", "again"),
        ("menu", "keypress", "route"),
        ("greet", "audioComplete", "menu"),
        ("Trigger", "incomingCall", "greet"),
    ]


def test_the_fields_are_those_that_twilio_lists(lab: Lab, execution: Execution) -> None:
    steps = lab.steps(execution)
    step = steps[-1]
    url = f"https://studio.twilio.com/v2/Flows/{lab.flow.sid}/Executions/{execution.sid}/Steps/{step['sid']}"
    assert len({each["sid"] for each in steps}) == 5
    assert step | {"sid": "FT", "date_created": ""} == {
        "sid": "FT",
        "account_sid": lab.flow.account_sid,
        "flow_sid": lab.flow.sid,
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
def test_pages_of_any_size_make_the_same_list(lab: Lab, execution: Execution, size: int) -> None:
    path = f"{lab.url}/{execution.sid}/Steps"
    pages = list(lab.reader.follow(f"{path}?PageSize={size}"))
    for page in pages:
        validator(path).validate(page)
        assert page["meta"]["key"] == "steps"
    assert len(pages) == -(-5 // size)
    assert [step for page in pages for step in page["steps"]] == lab.steps(execution)


def test_a_thousand_steps_fit_on_one_page(lab: Lab) -> None:
    execution = added(lab, looping(lab.flow.definition(), 1000))
    assert len(lab.steps(execution, PageSize=1000)) == 1000
    assert len(lab.steps(execution, PageSize=300)) == 1000


def test_an_execution_may_have_no_step(lab: Lab) -> None:
    assert lab.steps(added(lab, Path())) == []


def test_a_step_appears_when_its_widget_ends(lab: Lab) -> None:
    moves = (
        Move("Trigger", "trigger", "incomingCall", "greet"),
        Move("greet", "say-play", "audioComplete", ENDED, 10),
    )
    execution = lab.flow.add(lab.clock(), lab.clock() + MINUTE, path=Path(moves))
    found = []
    for seconds in (0, 59, 1):
        lab.clock.advance(seconds=seconds)
        found.append(len(lab.steps(execution)))
    assert found == [1, 1, 2]


def test_an_execution_that_never_ends_stays_in_its_last_widget(lab: Lab) -> None:
    path = along(lab.flow.definition(), "Trigger", "ask", "thank", ENDED)
    execution = lab.flow.add(lab.clock(), path=path)
    lab.clock.advance(days=29)
    assert ways(lab.steps(execution)) == [
        ("ask", "timeout", "thank"),
        ("Trigger", "incomingMessage", "ask"),
    ]


def test_the_last_step_to_the_end_is_as_old_as_the_end(lab: Lab) -> None:
    execution = added(lab, along(lab.flow.definition(), "Trigger", "greet", ENDED))
    assert lab.steps(execution)[0]["date_created"] == "2026-11-23T13:59:00Z"


def test_steps_may_share_a_second_and_the_first_may_be_older_than_its_execution(lab: Lab) -> None:
    for _ in range(100):
        lab.flow.add(lab.clock() - MINUTE, lab.clock() - MINUTE + timedelta(seconds=2))
    early = shared = 0
    for execution in lab.flow.executions:
        times = [datetime.fromisoformat(each["date_created"]) for each in lab.steps(execution)]
        assert times == sorted(times, reverse=True)
        shared += len(set(times)) < len(times)
        early += execution.created - timedelta(seconds=1) in times
    assert shared > 50
    assert 3 < early < 30


@pytest.mark.parametrize("part", ["Steps", "Context"])
def test_they_are_deleted_with_their_execution(lab: Lab, part: str) -> None:
    old = lab.flow.add(lab.clock() - timedelta(days=30), lab.clock() - timedelta(days=29))
    deleted = added(lab, None)
    deleted.deleted_at = lab.clock()
    for execution in (old, deleted):
        response = lab.ask(f"{lab.url}/{execution.sid}/{part}")
        assert (response.status, json.loads(response.body)["code"]) == (404, 20404)


def test_steps_of_are_those_that_the_api_lists(lab: Lab) -> None:
    for minutes in range(60):
        lab.flow.add(lab.clock() - minutes * MINUTE, lab.clock() + (30 - minutes) * MINUTE)
    for execution in lab.flow.executions:
        expected = steps_of(lab.flow, execution, lab.clock(), lab.studio.base_url)
        assert lab.steps(execution) == expected
