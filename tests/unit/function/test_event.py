"""What an event asks for: a scheduled run, or a range to replay."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulator.clock import VirtualClock
from simulator.studio import Studio
from studio_export.errors import InvalidEventError
from studio_export.function.event import parse_event
from studio_export.model import Replay, Span

EVENTS = Path(__file__).parents[3] / "events"
NOW = datetime(2026, 11, 23, 14, 0, 0, 999, tzinfo=UTC)
FLOW = "FW" + "0" * 32
OTHER = "FW" + "1" * 32
RANGE = {"from": "2026-11-01", "to": "2026-11-03T12:00:00Z"}


@pytest.mark.parametrize(
    "event",
    [
        {},
        None,
        {"detail": "{}"},
        {"detail": {"from": "somewhere"}, "resources": ["from", "to"]},
        {"detail": "from 2026-11-01 to 2026-11-02"},
        {"version": "0", "id": "x", "source": "aws.events", "detail-type": "Scheduled Event"},
        {"time": "2020-01-01T00:00:00Z"},
    ],
)
def test_an_event_without_our_keys_is_a_scheduled_run(event: object) -> None:
    assert parse_event(event, NOW) is None


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        (json.dumps(RANGE), "text, not an object.*twice"),
        ("", "text"),
        ([], "list"),
        ([RANGE], "list"),
        (0, "number"),
        (False, "boolean"),
    ],
)
def test_an_event_that_is_no_object_is_refused(event: object, fault: str) -> None:
    with pytest.raises(InvalidEventError, match=f"the event is a {fault}"):
        parse_event(event, NOW)


@pytest.mark.parametrize("key", ["From", "TO", "Flows", " from", "to "])
def test_a_key_in_another_case_is_refused_by_its_name(key: str) -> None:
    with pytest.raises(InvalidEventError, match=f"'{key}'.*lower case"):
        parse_event({key: "2026-11-01"}, NOW)


@pytest.mark.parametrize(
    "envelope",
    [
        {"detail": RANGE},
        {"detail-type": "replay", "detail": {"From": "2026-11-01", "To": "2026-11-02"}},
        {"body": json.dumps(RANGE)},  # a function URL's
        {"Payload": RANGE},
        {"input": {**RANGE, "flows": [FLOW]}},
    ],
)
def test_a_replay_one_level_down_is_refused_by_its_place(envelope: dict[str, object]) -> None:
    with pytest.raises(InvalidEventError, match=f"'from' and 'to' inside '{[*envelope][-1]}'"):
        parse_event(envelope, NOW)


def test_a_range_is_a_replay_of_every_flow() -> None:
    wanted = Span(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 3, 12, tzinfo=UTC))
    assert parse_event(RANGE, NOW) == Replay(wanted)


def test_flows_are_named_in_order_each_once() -> None:
    replay = parse_event({**RANGE, "flows": [OTHER, FLOW, OTHER]}, NOW)
    assert replay
    assert replay.flow_sids == (OTHER, FLOW)


def test_an_end_in_the_future_is_now_in_whole_seconds() -> None:
    replay = parse_event({"from": "2026-11-23", "to": "2027-01-01"}, NOW)
    assert replay
    assert replay.span.stop == NOW.replace(microsecond=0)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-02", datetime(2026, 11, 2, tzinfo=UTC)),
        ("2026-11-02T01:30:00+02:00", datetime(2026, 11, 1, 23, 30, tzinfo=UTC)),
        ("2026-11-02T01:30:00.999Z", datetime(2026, 11, 2, 1, 30, tzinfo=UTC)),
        ("2026-11-02T01:30Z", datetime(2026, 11, 2, 1, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_is_a_date_or_has_any_offset(text: str, wanted: datetime) -> None:
    replay = parse_event({"from": text, "to": "2026-11-03"}, NOW)
    assert replay
    assert replay.span.start == wanted


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        ({"flows": [FLOW]}, "'from'"),
        ({"from": "2026-11-01"}, "'to'"),
        ({"to": "2026-11-01"}, "'from'"),
        ({"from": None, "to": None}, "'from'"),
        ({**RANGE, "from": "yesterday"}, "'from'"),
        ({**RANGE, "from": "2026-13-01"}, "'from'"),
        ({**RANGE, "from": "2026-11-01T00:00:00"}, "'from'.*no offset"),
        ({**RANGE, "from": 1_793_491_200}, "'from'"),
        ({**RANGE, "from": "0001-01-01T00:00:00+14:00"}, "'from'"),
        ({**RANGE, "to": "9999-12-31T23:00:00-14:00"}, "'to'"),
        ({**RANGE, "from": "0001-01-01"}, "'from'"),
        ({**RANGE, "from": "1999-12-31"}, "'from'"),
        ({**RANGE, "to": ""}, "'to'"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "'from' must be before its 'to'"),
        ({"from": "2026-11-02", "to": "2026-11-02"}, "'from' must be before its 'to'"),
        ({"from": "2027-01-01", "to": "2027-01-02"}, "in the past"),
        ({**RANGE, "flows": FLOW}, "'flows'"),
        ({**RANGE, "flows": None}, "'flows'"),
        ({**RANGE, "flows": ["*"]}, "'flows'"),
        ({**RANGE, "flows": [FLOW, 5]}, "'flows'"),
        ({**RANGE, "flows": ["FW" + "A" * 32]}, "'flows'"),
        ({**RANGE, "flows": [FLOW + "/../.."]}, "'flows'"),
        ({**RANGE, "flows": {FLOW: 1}}, "'flows'"),
    ],
)
def test_a_malformed_range_is_refused_by_its_key(event: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidEventError, match=fault):
        parse_event(event, NOW)


def test_details_of_a_range_are_a_replay_of_details() -> None:
    wanted = Span(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 3, 12, tzinfo=UTC))
    assert parse_event({"details": RANGE}, NOW) == Replay(wanted, details=True)
    of_one = parse_event({"details": {**RANGE, "flows": [FLOW]}, "id": "x"}, NOW)
    assert of_one == Replay(wanted, (FLOW,), details=True)


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        ({"details": None}, "'details' must be an object with 'from' and 'to'"),
        ({"details": [RANGE]}, "'details' must be an object"),
        ({"details": json.dumps(RANGE)}, "'details' must be an object"),
        ({"details": {}}, "'from' must be"),
        ({"details": {"from": "2026-11-01"}}, "'to' must be"),
        ({"details": {**RANGE, "from": "2026-11-05"}}, "'from' must be before its 'to'"),
        ({"details": {**RANGE, "Flows": [FLOW]}}, "'details' has 'Flows', not one of"),
        ({"details": {"From": "2026-11-01", "to": "2026-11-02"}}, "'details' has 'From'"),
        ({"details": {**RANGE, "flows": ["*"]}}, "'flows' must be a list"),
        ({"details": RANGE, **RANGE}, "'from' beside 'details'"),
        ({"details": RANGE, "flows": [FLOW]}, "'flows' beside 'details'"),
        ({"Details": RANGE}, "'Details'.*lower case: 'details'"),
        ({" details": json.dumps(RANGE)}, "' details'.*lower case"),
        ({"detail": {"details": RANGE}}, "'details' inside 'detail'"),
        ({"body": json.dumps({"Details": RANGE})}, "'details' inside 'body'"),
    ],
)
def test_misspelt_details_are_refused_by_their_fault(event: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidEventError, match=fault):
        parse_event(event, NOW)


@pytest.mark.parametrize("event", [{"Details": "a text"}, {"detail": {"details": "a text"}}])
def test_another_senders_details_are_a_scheduled_run(event: dict[str, Any]) -> None:
    assert parse_event(event, NOW) is None


# Those of the compaction are its own: see test_compaction_result.
@pytest.mark.parametrize("path", sorted(EVENTS.glob("[!c]*.json")), ids=lambda path: path.name)
def test_the_example_events_are_understood(path: Path) -> None:
    replay = parse_event(json.loads(path.read_text()), datetime(2099, 1, 1, tzinfo=UTC))
    assert (replay is None) == path.name.startswith("schedule")


def test_the_replayed_flow_is_one_that_the_simulated_studio_has() -> None:
    flow = Studio(VirtualClock(NOW)).add_flow()
    replay = parse_event(json.loads((EVENTS / "replay-flow.json").read_text()), NOW)
    assert replay
    assert replay.flow_sids == (flow.sid,)


def test_a_shard_inside_details_is_refused_by_its_place() -> None:
    with pytest.raises(InvalidEventError, match="Write 'shard' beside 'details'"):
        parse_event({"details": {**RANGE, "shard": "3/8"}}, NOW)


@pytest.mark.parametrize("rest", [{}, RANGE, {"details": RANGE}])
def test_what_a_request_is_limited_to_changes_nothing_else(rest: dict[str, object]) -> None:
    event = {**rest, "account": "acme", "shard": "3/8", "until": "2026-11-23T15:00:00Z"}
    assert parse_event(event, NOW) == parse_event(rest, NOW)
