import json
from datetime import timedelta
from typing import Any

import pytest

from simulator.context import context_of
from simulator.definition import ENDED
from simulator.execution import Execution
from simulator.oddities import Oddity
from simulator.openapi import validator
from simulator.path import Path, along
from simulator.personal import ADDRESS, MESSAGE, PERSONAL, PIN, SPEECH
from tests.unit.simulator.lab import Lab

MINUTE = timedelta(minutes=1)


@pytest.fixture
def three(lab: Lab) -> list[Execution]:
    """A call, a message and a request, each of which ended a minute ago."""
    paths = [
        ("Trigger", "greet", "menu", "route", "queue", "goodbye", ENDED),
        ("Trigger", "ask", "record", "thank", ENDED),
        ("Trigger", "remind", "thank", ENDED),
    ]
    return [ended(lab, along(lab.flow.definition(), *names)) for names in paths]


def ended(lab: Lab, path: Path | None = None) -> Execution:
    return lab.flow.add(lab.clock() - 3 * MINUTE, lab.clock() - MINUTE, path=path)


def test_it_is_the_resource_that_twilio_describes(lab: Lab, three: list[Execution]) -> None:
    for execution in three:
        path = f"{lab.url}/{execution.sid}/Context"
        found = lab.page(path)
        validator(path).validate(found)
        assert found["url"] == lab.studio.base_url + path
        assert (found["flow_sid"], found["execution_sid"]) == (lab.flow.sid, execution.sid)
        assert set(found["context"]) == {"trigger", "widgets", "flow", "contact"}


def test_the_trigger_is_of_its_kind(lab: Lab, three: list[Execution]) -> None:
    call, message, request = (lab.context(each)["trigger"] for each in three)
    row = {each["sid"]: each for each in lab.rows()}
    first, second, third = (row[each.sid] for each in three)
    assert call["call"]["From"] == first["contact_channel_address"]
    assert call["call"]["CallSid"] == first["initiated_by"]
    assert message["message"]["MessageSid"] == second["initiated_by"]
    assert message["message"]["Body"] == MESSAGE
    assert request["request"]["to"] == third["contact_channel_address"]


def test_a_widget_has_what_it_collected(lab: Lab, three: list[Execution]) -> None:
    call, message, request = (lab.context(each)["widgets"] for each in three)
    assert call["menu"] == {"Digits": "1"}
    assert call["queue"]["QueueResult"] == "bridged"
    assert message["ask"]["inbound"]["Body"] == MESSAGE
    assert message["record"]["status_code"] == 200
    assert json.loads(message["record"]["body"]) == message["record"]["parsed"]
    assert request["remind"]["CallStatus"] == "busy"


def test_only_widgets_that_have_ended_are_in_it(lab: Lab) -> None:
    path = along(lab.flow.definition(), "Trigger", "ask", "record", "thank", ENDED)
    execution = lab.flow.add(lab.clock(), lab.clock() + 10 * MINUTE, path=path)
    assert set(lab.context(execution)["widgets"]) == {"Trigger"}
    lab.clock.advance(minutes=10)
    assert set(lab.context(execution)["widgets"]) == {"Trigger", "ask", "record", "thank"}


def test_the_widgets_of_a_subflow_are_below_the_one_that_runs_it(lab: Lab) -> None:
    found: dict[str, Any] = {}
    while not {"identify", "lookup"} <= set(found):
        found = lab.context(ended(lab))["widgets"]
    assert found["identify"]["widgets"]["ask_pin"] in [
        {"Digits": PIN}, {"SpeechResult": PIN, "Confidence": 0.9276}, {},
    ]  # fmt: skip
    assert found["identify"]["status"] == "completed"


def test_every_personal_value_is_in_contexts_and_only_the_number_is_elsewhere(lab: Lab) -> None:
    executions = [ended(lab) for _ in range(600)]
    contexts = "".join(json.dumps(lab.context(each)) for each in executions)
    steps = "".join(json.dumps(lab.steps(each)) for each in executions[:200])
    for name, value in PERSONAL.items():
        assert value in contexts, name
        assert value not in steps, name
        assert (value in json.dumps(lab.rows())) is (name == "telephone number")
    assert {PIN, MESSAGE, SPEECH, ADDRESS} < set(PERSONAL.values())


def test_it_may_be_large(lab: Lab) -> None:
    execution = lab.flow.add(lab.clock() - MINUTE, lab.clock(), context_bytes=100_000)
    assert 100_000 < len(json.dumps(lab.context(execution))) < 110_000


@pytest.mark.parametrize(
    ("oddity", "content"),
    [
        (Oddity.CONTEXT_NULL, None),
        (Oddity.CONTEXT_TEXT, 'just "text"'),
        (Oddity.CONTEXT_LIST, [1, "two", None, {"three": 3}]),
        (Oddity.CONTEXT_BIG_INTEGER, {"digits": [10**40 + 1]}),
    ],
)
def test_its_content_may_be_odd(lab: Lab, oddity: Oddity, content: object) -> None:
    execution = lab.flow.add(lab.clock() - MINUTE, lab.clock(), oddity=oddity)
    assert lab.context(execution) == content


def test_every_oddity_can_be_served(lab: Lab) -> None:
    for oddity in Oddity:
        execution = lab.flow.add(lab.clock() - MINUTE, lab.clock(), oddity=oddity)
        assert lab.ask(f"{lab.url}/{execution.sid}/Context").status == 200


def test_context_of_is_what_the_api_shows(lab: Lab) -> None:
    for minutes in range(60):
        execution = lab.flow.add(
            lab.clock() - minutes * MINUTE, lab.clock() + (30 - minutes) * MINUTE
        )
        expected = context_of(lab.flow, execution, lab.clock(), lab.studio.base_url)
        path = f"{lab.url}/{execution.sid}/Context"
        assert lab.page(path) == expected
