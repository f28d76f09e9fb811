from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_export.errors import InvalidEventError
from studio_export.function.request import Request
from studio_export.function.work import Work, parse_work
from studio_export.model import Replay, Span
from studio_export.shard import Shard

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
DAY = Span(NOW - timedelta(days=1), NOW)
DAY_AS_JSON = {"from": "2026-11-22T14:00:00Z", "to": "2026-11-23T14:00:00Z"}
FLOWS = ("FW" + "0" * 32, "FW" + "1" * 32)


@pytest.mark.parametrize("event", [{}, None, {"version": "0", "id": "x"}])
def test_an_event_of_its_own_is_no_piece(event: Any) -> None:
    work = parse_work(event)

    assert work == Work(event, Request())
    assert work.replay(NOW) is None


def test_a_shard_without_a_machine_is_no_piece() -> None:
    work = parse_work({"shard": "3/8"})

    assert (work.request.shard, work.piece) == (Shard(3, 8), None)


def test_a_piece_of_a_run_has_its_account_its_shard_and_its_end() -> None:
    piece = {"account": "acme", "shard": "3/8", "until": "2026-11-23T14:14:00Z"}
    work = parse_work({"piece": piece})

    assert work.request == Request("acme", Shard(3, 8), NOW + timedelta(minutes=14))
    assert work.piece == piece
    assert work.replay(NOW) is None


def test_a_piece_of_a_replay_has_its_range() -> None:
    work = parse_work({"piece": {"shard": "0/1", "flows": [FLOWS[0]], **DAY_AS_JSON}})

    assert work.replay(NOW) == Replay(DAY, (FLOWS[0],))


def test_the_rest_of_a_piece_begins_for_each_flow_where_it_ended() -> None:
    starts = {FLOWS[0]: "2026-11-22T20:00:00Z", FLOWS[1]: "2026-11-23T10:00:00Z"}
    rest = {"shard": "3/8", **DAY_AS_JSON, "flows": starts, "so_far": {"failed": [], "totals": {}}}
    replay = parse_work({"piece": rest}).replay(NOW)

    assert replay is not None
    assert replay.flow_sids == FLOWS
    assert replay.span.start == datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert replay.start_of(FLOWS[1]) == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_an_event_may_give_each_flow_where_it_begins() -> None:
    starts = {FLOWS[0]: "2026-11-23T10:00:00+02:00", FLOWS[1]: "2026-11-23T09:00:00Z"}
    work = parse_work({"flows": starts, "to": DAY_AS_JSON["to"]})
    replay = work.replay(NOW)

    assert work.piece is None
    assert replay is not None
    assert (replay.flow_sids, replay.span) == (FLOWS, Span(NOW - timedelta(hours=6), NOW))
    assert replay.start_of(FLOWS[1]) == NOW - timedelta(hours=5)


@pytest.mark.parametrize("flows", [{}, {FLOWS[0]: "soon"}, {"FW1": DAY_AS_JSON["from"]}])
def test_an_event_whose_flows_begin_nowhere_is_refused(flows: Any) -> None:
    with pytest.raises(InvalidEventError):
        parse_work({"flows": flows, **DAY_AS_JSON}).replay(NOW)


@pytest.mark.parametrize(
    "piece",
    [
        [],
        "text",
        {"shard": "8/8"},
        {"shard": "0/1", "until": "soon"},
        {"shard": "0/1", "flows": {}, **DAY_AS_JSON},
        {"shard": "0/1", "flows": {FLOWS[0]: "soon"}, **DAY_AS_JSON},
        {"shard": "0/1", "flows": {"FW1": DAY_AS_JSON["from"]}, **DAY_AS_JSON},
        {"shard": "0/1", "from": "2026-11-22"},
    ],
)
def test_a_malformed_piece_is_refused(piece: Any) -> None:
    with pytest.raises(InvalidEventError):
        parse_work({"piece": piece}).replay(NOW)
