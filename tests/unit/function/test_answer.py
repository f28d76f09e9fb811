import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_export.errors import AccessDeniedError, FlowNotFoundError, FlowsFailedError
from studio_export.function.answer import answer
from studio_export.function.request import Request
from studio_export.function.result import as_json
from studio_export.function.work import Work, parse_work
from studio_export.shard import Shard
from studio_export.summary import Counts, DetailSummary, Failure, FlowSummary, Summary

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
DAY = {"from": "2026-11-22T14:00:00Z", "to": "2026-11-23T14:00:00Z"}
A, B, C = ("FW" + letter * 32 for letter in "abc")
RUN = {"account": "acme", "shard": "3/8", "until": "2026-11-23T14:14:00Z"}
REPLAY = {"account": "acme", "shard": "3/8", **DAY}
DONE = FlowSummary(A, Counts(lines=5, pages=2))
GONE = FlowSummary(B, Counts(pages=1), still_due=1, error=Failure(FlowNotFoundError, "no " * 99))


def half_done(flow_sid: str, pages: int = 3) -> FlowSummary:
    return FlowSummary(
        flow_sid, Counts(pages=pages), still_due=1, swept_to=NOW - timedelta(hours=4)
    )


def of(piece: dict[str, Any], *flows: FlowSummary, **fields: Any) -> dict[str, Any]:
    summary = Summary(flows, is_replay="from" in piece, **fields)
    return answer(summary, Work(piece, Request(), piece=piece))


def test_without_a_piece_the_answer_is_the_summary() -> None:
    summary = Summary((DONE,))

    assert answer(summary, Work({}, Request())) == as_json(summary)


def test_without_a_piece_a_flow_that_failed_raises() -> None:
    with pytest.raises(FlowsFailedError):
        answer(Summary((GONE,)), Work({}, Request()))


def test_a_piece_that_is_done_answers_with_its_totals() -> None:
    assert of(REPLAY, DONE) == {
        "ok": True,
        "complete": True,
        "failed": [],
        "totals": {"lines": 5, "pages": 2},
    }


def test_a_piece_whose_flow_failed_answers_and_names_it_shortly() -> None:
    answered = of(RUN, DONE, GONE)

    assert not answered["ok"]
    assert not answered["complete"]
    assert answered["failed"][0].startswith(f"{B}: FlowNotFoundError: no no")
    assert len(answered["failed"][0]) == 200


def test_a_piece_that_was_stopped_answers_with_the_reason() -> None:
    answered = of(REPLAY, half_done(A), stopped=Failure(AccessDeniedError, "401"))

    assert (answered["ok"], answered["failed"]) == (False, ["AccessDeniedError: 401"])
    assert "rest" not in answered


def test_an_answer_is_small_however_many_flows_fail() -> None:
    answered = of(RUN, *[GONE] * 1000)

    assert len(answered["failed"]) == 4
    assert len(json.dumps(answered)) < 1000


def test_a_run_has_no_rest_because_it_stays_due() -> None:
    answered = of(RUN, half_done(A))

    assert (answered["ok"], answered["complete"]) == (True, False)
    assert "rest" not in answered


def test_a_replay_out_of_time_goes_on_for_each_flow_where_it_ended() -> None:
    not_reached = FlowSummary(C, still_due=1)
    rest = of(REPLAY, DONE, half_done(B), not_reached)["rest"]

    assert rest["flows"] == {B: "2026-11-23T10:00:00Z", C: DAY["from"]}
    assert (rest["account"], rest["shard"], rest["to"]) == ("acme", "3/8", DAY["to"])
    work = parse_work({"piece": rest})
    replay = work.replay(NOW)
    assert replay is not None
    assert replay.start_of(B) == NOW - timedelta(hours=4)
    assert work.request.shard == Shard(3, 8)


def test_a_flow_that_the_rest_did_not_reach_keeps_its_start() -> None:
    first = of(REPLAY, half_done(B), half_done(C))["rest"]
    second = of(first, half_done(B), FlowSummary(C, still_due=1))["rest"]

    assert second["flows"] == {B: "2026-11-23T10:00:00Z", C: "2026-11-23T10:00:00Z"}


def test_the_last_answer_has_the_sum_and_the_errors_of_all_parts() -> None:
    rest = of(REPLAY, GONE, half_done(C))["rest"]
    last = of(rest, FlowSummary(C, Counts(lines=1, pages=1)))

    assert not last["ok"]
    assert last["failed"][0].startswith(B)
    assert last["totals"] == {"pages": 5, "lines": 1}


@pytest.mark.parametrize("flows", [(), (half_done(A, pages=0),)])
def test_a_replay_that_got_nowhere_fails_instead_of_going_on_for_ever(
    flows: tuple[FlowSummary, ...],
) -> None:
    answered = of(REPLAY, *flows, out_of_time=True)

    assert answered["failed"] == ["shard 3/8: no request was answered in time"]
    assert "rest" not in answered


def test_details_that_are_left_make_a_piece_incomplete() -> None:
    answered = of(REPLAY, details=DetailSummary(objects_left=3))

    assert (answered["ok"], answered["complete"]) == (True, False)
