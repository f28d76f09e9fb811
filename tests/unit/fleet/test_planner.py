from datetime import UTC, datetime, timedelta

import pytest

from studio_export.errors import AccessDeniedError, InvalidEventError
from studio_export.fleet.pieces import Piece
from studio_export.fleet.planner import AccountPlan, Planner
from studio_export.model import Replay, Span
from studio_export.shard import Shard

BEGAN = datetime(2026, 11, 23, 14, tzinfo=UTC)
MONTH = Span(BEGAN - timedelta(days=30), BEGAN)
FLOWS = {"acme": 2, "globex": 40}
NAMES = tuple(f"FW{n:032x}" for n in range(5))


def count(account: str) -> int:
    if account not in FLOWS:
        raise AccessDeniedError("401")
    return FLOWS[account]


def never(account: str) -> int:
    raise AssertionError(f"asked for {account}")


def planner(*accounts: str, workers: int = 2) -> Planner:
    return Planner(accounts, workers, 900, count)


def test_a_run_has_a_piece_for_each_worker_of_each_account_and_asks_nobody() -> None:
    until = BEGAN + timedelta(minutes=14)
    plans = Planner(("acme", "globex"), 2, 900, never).plan(None, BEGAN)

    pieces = [Piece(Shard(0, 2), until=until), Piece(Shard(1, 2), until=until)]
    assert {plan.account: plan.pieces for plan in plans} == {"acme": pieces, "globex": pieces}


def test_each_run_begins_with_another_account() -> None:
    made = Planner(("acme", "globex", "initech"), 1, 900, never)
    runs = [made.plan(None, BEGAN + n * timedelta(minutes=15)) for n in range(3)]

    assert {run[0].account for run in runs} == {"acme", "globex", "initech"}
    assert all(len(run) == 3 for run in runs)


@pytest.mark.parametrize("minutes", [5, 15, 60])
def test_a_run_ends_before_the_next_begins(minutes: int) -> None:
    (plan,) = Planner(("",), 4, 60 * minutes, never).plan(None, BEGAN)

    assert {piece.until for piece in plan.pieces} == {BEGAN + timedelta(minutes=minutes - 1)}


def test_a_replay_is_cut_by_the_number_of_each_accounts_flows() -> None:
    plans = planner("acme", "globex").plan(Replay(MONTH), BEGAN)

    assert [(plan.account, len(plan.pieces)) for plan in plans] == [("acme", 2), ("globex", 8)]


def test_an_account_that_is_refused_is_one_piece_which_fails_alone() -> None:
    plans = planner("initech", "acme").plan(Replay(MONTH), BEGAN)

    assert plans[0] == AccountPlan("initech", [Piece(Shard(0, 1), MONTH)])
    assert len(plans[1].pieces) == 2


def test_an_unexpected_error_is_not_hidden() -> None:
    with pytest.raises(AssertionError):
        Planner(("acme",), 2, 900, never).plan(Replay(MONTH), BEGAN)


@pytest.mark.parametrize("replay", [Replay(MONTH, NAMES), Replay(MONTH, details=True)])
def test_nobody_is_asked_where_the_number_of_flows_does_not_matter(replay: Replay) -> None:
    (plan,) = Planner(("acme",), 1, 900, never).plan(replay, BEGAN)

    assert {piece.details for piece in plan.pieces} == {replay.details}


def test_one_account_can_be_replayed_alone() -> None:
    plans = planner("acme", "globex").plan(Replay(MONTH), BEGAN, "globex")

    assert [plan.account for plan in plans] == ["globex"]


def test_an_account_that_is_not_configured_is_refused() -> None:
    with pytest.raises(InvalidEventError, match="initech"):
        planner("acme").plan(None, BEGAN, "initech")
