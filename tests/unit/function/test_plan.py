from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_export.errors import InvalidEventError
from studio_export.fleet.pieces import Piece
from studio_export.fleet.planner import AccountPlan
from studio_export.function.event import parse_event
from studio_export.function.plan import as_json, parse_plan, piece_as_json
from studio_export.model import Replay, Span
from studio_export.shard import Shard

BEGAN = datetime(2026, 11, 23, 14, tzinfo=UTC)
DAY = Span(BEGAN - timedelta(days=1), BEGAN)
DAY_AS_JSON = {"from": "2026-11-22T14:00:00Z", "to": "2026-11-23T14:00:00Z"}
FLOW = "FW" + "0" * 32


@pytest.mark.parametrize(
    "began",
    ["2026-11-23T14:00:00Z", "2026-11-23T14:00:00.192Z", "2026-11-23T14:00:00.964840+00:00"],
)
def test_a_scheduled_run_began_when_its_execution_did(began: str) -> None:
    assert parse_plan({"plan": {}, "began": began}) == (None, BEGAN, "")


def test_a_replay_is_the_event_that_the_exporter_takes() -> None:
    plan = {**DAY_AS_JSON, "flows": [FLOW], "account": "acme"}
    request = parse_plan({"plan": plan, "began": "2026-11-23T14:00:00Z"})

    assert request == (Replay(DAY, (FLOW,)), BEGAN, "acme")


def test_a_replay_ends_when_its_execution_began_so_that_all_pieces_end_at_one_instant() -> None:
    plan = DAY_AS_JSON | {"to": "2026-12-24"}
    request = parse_plan({"plan": plan, "began": "2026-11-23T14:00:00Z"})

    assert request.replay == Replay(DAY)


def test_the_number_of_the_aws_account_in_an_envelope_is_no_account() -> None:
    envelope = {"detail-type": "Scheduled Event", "account": "123456789012"}

    assert parse_plan({"plan": envelope, "began": "2026-11-23T14:00:00Z"}).account == ""


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        {"plan": {}},
        {"plan": {}, "began": "today"},
        {"plan": {}, "began": 5},
        {"plan": {"account": 5}, "began": "2026-11-23T14:00:00Z"},
        {"plan": {"shard": "0/2"}, "began": "2026-11-23T14:00:00Z"},
        {"plan": {"until": "2026-11-23T15:00:00Z"}, "began": "2026-11-23T14:00:00Z"},
        {"plan": {"from": "2026-11-01"}, "began": "2026-11-23T14:00:00Z"},
        {"plan": [], "began": "2026-11-23T14:00:00Z"},
        {"began": "2026-11-23T14:00:00Z"},
    ],
)
def test_a_malformed_request_is_refused(event: Any) -> None:
    with pytest.raises(InvalidEventError):
        parse_plan(event)


def test_a_piece_of_a_run_has_its_shard_and_its_end() -> None:
    assert piece_as_json("", Piece(Shard(3, 8), until=BEGAN)) == {
        "shard": "3/8",
        "until": "2026-11-23T14:00:00Z",
    }


def test_a_piece_of_a_replay_has_its_range_and_perhaps_flows() -> None:
    assert piece_as_json("acme", Piece(Shard(3, 8), DAY)) == {
        "account": "acme",
        "shard": "3/8",
        **DAY_AS_JSON,
    }
    assert piece_as_json("", Piece(Shard(0, 1), DAY, flow_sids=(FLOW,)))["flows"] == [FLOW]


def test_a_piece_of_details_asks_for_details() -> None:
    event = piece_as_json("", Piece(Shard(0, 1), DAY, details=True))

    assert event == {"shard": "0/1", "details": DAY_AS_JSON}
    event.pop("shard")
    assert parse_event(event, BEGAN) == Replay(DAY, details=True)


def test_the_plan_is_accounts_each_with_its_pieces_and_how_many_run_at_once() -> None:
    plans = [AccountPlan("acme", [Piece(Shard(0, 1), DAY)]), AccountPlan("", [])]

    assert as_json(plans, workers=3) == {
        "accounts": [
            {
                "account": "acme",
                "at_once": 3,
                "pieces": [{"account": "acme", "shard": "0/1", **DAY_AS_JSON}],
            },
            {"account": "the account", "at_once": 3, "pieces": []},
        ]
    }
