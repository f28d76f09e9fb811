import json
from datetime import timedelta
from typing import Any

import pytest

from simulator.account import Execution, Flow
from simulator.clock import VirtualClock
from simulator.context import context_of
from simulator.definition import ENDED
from simulator.oddities import Oddity
from simulator.openapi import validator
from simulator.path import Path, along
from simulator.personal import ADDRESS, MESSAGE, PERSONAL, PIN, SPEECH
from simulator.reader import Reader
from simulator.studio import Studio

MINUTE = timedelta(minutes=1)


@pytest.fixture
def three(flow: Flow, clock: VirtualClock) -> list[Execution]:
    """A call, a message and a request, each of which ended a minute ago."""
    paths = [
        ("Trigger", "greet", "menu", "route", "queue", "goodbye", ENDED),
        ("Trigger", "ask", "record", "thank", ENDED),
        ("Trigger", "remind", "thank", ENDED),
    ]
    return [ended(flow, clock, along(flow.definition(), *names)) for names in paths]


def ended(flow: Flow, clock: VirtualClock, path: Path | None = None) -> Execution:
    return flow.add(clock() - 3 * MINUTE, clock() - MINUTE, path=path)


def test_it_is_the_resource_that_twilio_describes(
    reader: Reader, flow: Flow, three: list[Execution]
) -> None:
    for execution in three:
        path = f"/v2/Flows/{flow.sid}/Executions/{execution.sid}/Context"
        found = reader.page(path)
        validator(path).validate(found)
        assert found["url"] == reader.studio.base_url + path
        assert (found["flow_sid"], found["execution_sid"]) == (flow.sid, execution.sid)
        assert set(found["context"]) == {"trigger", "widgets", "flow", "contact"}


def test_the_trigger_is_of_its_kind(reader: Reader, flow: Flow, three: list[Execution]) -> None:
    call, message, request = (reader.context(flow, each)["trigger"] for each in three)
    row = {each["sid"]: each for each in reader.rows(flow)}
    first, second, third = (row[each.sid] for each in three)
    assert call["call"]["From"] == first["contact_channel_address"]
    assert call["call"]["CallSid"] == first["initiated_by"]
    assert message["message"]["MessageSid"] == second["initiated_by"]
    assert message["message"]["Body"] == MESSAGE
    assert request["request"]["to"] == third["contact_channel_address"]


def test_a_widget_has_what_it_collected(reader: Reader, flow: Flow, three: list[Execution]) -> None:
    call, message, request = (reader.context(flow, each)["widgets"] for each in three)
    assert call["menu"] == {"Digits": "2"}
    assert call["queue"]["QueueResult"] == "bridged"
    assert message["ask"]["inbound"]["Body"] == MESSAGE
    assert message["record"]["status_code"] == 200
    assert json.loads(message["record"]["body"]) == message["record"]["parsed"]
    assert request["remind"]["CallStatus"] == "busy"


def test_only_widgets_that_have_ended_are_in_it(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    path = along(flow.definition(), "Trigger", "ask", "record", "thank", ENDED)
    execution = flow.add(clock(), clock() + 10 * MINUTE, path=path)
    assert set(reader.context(flow, execution)["widgets"]) == {"Trigger"}
    clock.advance(minutes=10)
    assert set(reader.context(flow, execution)["widgets"]) == {"Trigger", "ask", "record", "thank"}


def test_the_widgets_of_a_subflow_are_below_the_one_that_runs_it(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    found: dict[str, Any] = {}
    while not {"identify", "lookup"} <= set(found):
        found = reader.context(flow, ended(flow, clock))["widgets"]
    assert found["identify"]["widgets"]["ask_pin"] in [
        {"Digits": PIN}, {"SpeechResult": PIN, "Confidence": 0.9276}, {},
    ]  # fmt: skip
    assert found["identify"]["status"] == "completed"


def test_every_personal_value_is_in_contexts_and_only_the_number_is_elsewhere(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    executions = [ended(flow, clock) for _ in range(600)]
    contexts = "".join(json.dumps(reader.context(flow, each)) for each in executions)
    steps = "".join(json.dumps(reader.steps(flow, each)) for each in executions[:200])
    for name, value in PERSONAL.items():
        assert value in contexts, name
        assert value not in steps, name
        assert (value in json.dumps(reader.rows(flow))) is (name == "telephone number")
    assert {PIN, MESSAGE, SPEECH, ADDRESS} < set(PERSONAL.values())


def test_it_may_be_large(reader: Reader, flow: Flow, clock: VirtualClock) -> None:
    execution = flow.add(clock() - MINUTE, clock(), context_bytes=100_000)
    assert 100_000 < len(json.dumps(reader.context(flow, execution))) < 110_000


@pytest.mark.parametrize(
    ("oddity", "content"),
    [
        (Oddity.CONTEXT_NULL, None),
        (Oddity.CONTEXT_TEXT, 'just "text"'),
        (Oddity.CONTEXT_LIST, [1, "two", None, {"three": 3}]),
        (Oddity.CONTEXT_BIG_INTEGER, {"digits": [10**40 + 1]}),
    ],
)
def test_its_content_may_be_odd(
    reader: Reader, flow: Flow, clock: VirtualClock, oddity: Oddity, content: object
) -> None:
    execution = flow.add(clock() - MINUTE, clock(), oddity=oddity)
    assert reader.context(flow, execution) == content


def test_every_oddity_can_be_served(reader: Reader, flow: Flow, clock: VirtualClock) -> None:
    for oddity in Oddity:
        execution = flow.add(clock() - MINUTE, clock(), oddity=oddity)
        path = f"/v2/Flows/{flow.sid}/Executions/{execution.sid}"
        assert reader.ask(f"{path}/Context").status == 200


def test_context_of_is_what_the_api_shows(
    studio: Studio, reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    for minutes in range(60):
        execution = flow.add(clock() - minutes * MINUTE, clock() + (30 - minutes) * MINUTE)
        expected = context_of(flow, execution, clock(), studio.base_url)
        path = f"/v2/Flows/{flow.sid}/Executions/{execution.sid}/Context"
        assert reader.page(path) == expected
