"""A summary as JSON, and as the failure that a person must see."""

import json
from datetime import UTC, datetime

import pytest

from studio_export.errors import AccessDeniedError, FlowsFailedError, InvalidPageError
from studio_export.function.result import as_json, check
from studio_export.summary import Counts, Failure, FlowSummary, Summary

COUNTS = Counts(lines=3, ended=2, objects=1, pages=1)
DONE = FlowSummary("FW1", COUNTS, head_lag_seconds=120, headroom_seconds=99)


def test_a_summary_is_json_with_a_flow_totals_and_whether_all_is_done() -> None:
    result = as_json(Summary((DONE, FlowSummary("FW2", COUNTS, still_due=2))))
    assert result == json.loads(json.dumps(result))
    assert result["complete"] is False
    assert result["totals"]["lines"] == 6
    assert set(result["flows"]["FW1"]) >= {"lines", "ended", "objects", "pages"}
    assert result["flows"]["FW1"]["head_lag_seconds"] == 120
    assert result["flows"]["FW1"]["error"] is None
    assert result["flows"]["FW2"]["still_due"] == 2


def test_the_result_has_how_many_are_watched_and_the_lag_of_final_lines() -> None:
    flow = FlowSummary("FW1", COUNTS, watched=7, final_lag_seconds=300)
    result = as_json(Summary((flow,)))["flows"]
    assert (result["FW1"]["watched"], result["FW1"]["final_lag_seconds"]) == (7, 300)
    unknown = as_json(Summary((FlowSummary("FW2"),)))["flows"]["FW2"]
    assert (unknown["watched"], unknown["final_lag_seconds"]) == (None, None)


def test_the_result_omits_the_keys_that_do_not_apply() -> None:
    result = as_json(Summary((DONE,)))
    assert set(result) == {"kind", "complete", "totals", "flows"}
    assert not {"swept_to", "leased"} & set(result["flows"]["FW1"])


def test_the_result_names_a_run_or_a_replay() -> None:
    assert as_json(Summary((DONE,)))["kind"] == "run"
    assert as_json(Summary((DONE,), is_replay=True))["kind"] == "replay"


def test_the_result_of_a_replay_has_how_far_it_came() -> None:
    flow = FlowSummary("FW1", swept_to=datetime(2026, 11, 1, 12, tzinfo=UTC))
    assert as_json(Summary((flow,)))["flows"]["FW1"]["swept_to"] == "2026-11-01T12:00:00Z"


def test_the_result_has_a_lease_of_another_run_and_an_early_end() -> None:
    result = as_json(
        Summary((FlowSummary("FW1", leased=True),), stopped=Failure(AccessDeniedError, "401"))
    )
    assert result["flows"]["FW1"]["leased"] is True
    assert result["stopped"] == "AccessDeniedError: 401"
    assert as_json(Summary((), out_of_time=True))["out_of_time"] is True


@pytest.mark.parametrize(
    ("summary", "complete"),
    [
        (Summary(()), True),
        (Summary((DONE,)), True),
        (Summary((), out_of_time=True), False),
        (Summary((DONE,), stopped=Failure(AccessDeniedError, "401")), False),
        (Summary((DONE, FlowSummary("FW2", leased=True))), False),
        (Summary((DONE, FlowSummary("FW2", still_due=1))), False),
        (Summary((DONE, FlowSummary("FW2", error=Failure(InvalidPageError, "cut")))), False),
    ],
)
def test_it_is_complete_only_if_nothing_is_left_to_anyone(summary: Summary, complete: bool) -> None:  # noqa: FBT001
    assert summary.complete is complete


def test_work_left_or_done_by_another_is_no_failure() -> None:
    check(Summary((DONE, FlowSummary("FW2", still_due=1), FlowSummary("FW3", leased=True))))


def test_every_flow_that_needs_a_person_is_named_in_the_failure() -> None:
    bad = [FlowSummary(f"FW{n}", error=Failure(InvalidPageError, f"{n}")) for n in (2, 3)]
    with pytest.raises(FlowsFailedError) as caught:
        check(Summary((DONE, *bad)))
    assert str(caught.value) == "FW2: InvalidPageError: 2; FW3: InvalidPageError: 3"


def test_the_failure_names_once_what_stopped_the_run() -> None:
    bad = [FlowSummary(f"FW{n}", error=Failure(AccessDeniedError, "401")) for n in (2, 3)]
    with pytest.raises(FlowsFailedError) as caught:
        check(Summary(tuple(bad), stopped=Failure(AccessDeniedError, "401")))
    assert str(caught.value) == "AccessDeniedError: 401"
