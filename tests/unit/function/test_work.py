from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_export.errors import InvalidEventError
from studio_export.function.work import Work, account_of, parse_work
from studio_export.model import Replay, Span
from studio_export.shard import ALL_FLOWS, Shard

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
DAY = Span(NOW - timedelta(days=1), NOW)
DAY_AS_JSON = {"from": "2026-11-22T14:00:00Z", "to": "2026-11-23T14:00:00Z"}
FLOWS = ("FW" + "0" * 32, "FW" + "1" * 32)


@pytest.mark.parametrize("event", [{}, None, {"version": "0", "id": "x"}])
def test_an_event_of_its_own_is_no_piece(event: Any) -> None:
    assert parse_work(event, NOW) == Work(None, ALL_FLOWS)


def test_a_shard_without_a_machine_is_no_piece() -> None:
    assert parse_work({"shard": "3/8"}, NOW) == Work(None, Shard(3, 8))


def test_a_piece_of_a_run_has_its_end() -> None:
    piece = {"account": "acme", "shard": "3/8", "until": "2026-11-23T14:14:00Z"}

    assert parse_work({"piece": piece}, NOW) == Work(
        None, Shard(3, 8), NOW + timedelta(minutes=14), piece
    )


def test_a_piece_of_a_replay_has_its_range() -> None:
    work = parse_work({"piece": {"shard": "0/1", "flows": [FLOWS[0]], **DAY_AS_JSON}}, NOW)

    assert work.replay == Replay(DAY, (FLOWS[0],))


def test_the_rest_of_a_piece_begins_for_each_flow_where_it_ended() -> None:
    starts = {FLOWS[0]: "2026-11-22T20:00:00Z", FLOWS[1]: "2026-11-23T10:00:00Z"}
    rest = {"shard": "3/8", **DAY_AS_JSON, "flows": starts, "so_far": {"failed": [], "totals": {}}}
    work = parse_work({"piece": rest}, NOW)

    assert work.replay is not None
    assert work.replay.flow_sids == FLOWS
    assert work.replay.span.start == datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert work.replay.start_of(FLOWS[1]) == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "piece",
    [
        [],
        "text",
        {"shard": "8/8"},
        {"shard": "0/1", "until": "soon"},
        {"shard": "0/1", "until": 5},
        {"shard": "0/1", "flows": {}, **DAY_AS_JSON},
        {"shard": "0/1", "flows": {FLOWS[0]: "soon"}, **DAY_AS_JSON},
        {"shard": "0/1", "flows": {"FW1": DAY_AS_JSON["from"]}, **DAY_AS_JSON},
        {"shard": "0/1", "from": "2026-11-22"},
    ],
)
def test_a_malformed_piece_is_refused(piece: Any) -> None:
    with pytest.raises(InvalidEventError):
        parse_work({"piece": piece}, NOW)


@pytest.mark.parametrize(
    ("until", "seconds"),
    [(None, 840), (NOW + timedelta(hours=1), 840), (NOW + timedelta(seconds=30), 30), (NOW, 0)],
)
def test_a_piece_takes_no_longer_than_its_end_and_the_time_out(
    until: datetime | None, seconds: float
) -> None:
    assert Work(None, ALL_FLOWS, until).seconds(NOW, 840) == seconds


def test_a_piece_that_waited_beyond_its_end_has_no_time() -> None:
    assert Work(None, ALL_FLOWS, NOW).seconds(NOW + timedelta(minutes=1), 840) == 0


@pytest.mark.parametrize(
    ("event", "account"),
    [
        ({}, ""),
        (None, ""),
        ({"account": "acme"}, "acme"),
        ({"piece": {"account": "acme", "shard": "0/1"}}, "acme"),
        ({"piece": {"shard": "0/1"}}, ""),
        ({"account": "123456789012", "detail-type": "Scheduled Event"}, ""),
    ],
)
def test_an_event_may_name_its_account(event: Any, account: str) -> None:
    assert account_of(event) == account


def test_a_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidEventError):
        account_of({"account": 5})
