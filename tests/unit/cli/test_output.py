from datetime import UTC, datetime

import pytest

from studio_export.summary import Counts, FlowSummary, Summary
from studio_export_cli.flow_names import FlowNames
from studio_export_cli.output import complaints, flow_lines, format_duration, total_line

_ONE = "FW" + "1" * 32


def test_a_flow_is_a_line() -> None:
    flow = FlowSummary(_ONE, Counts(lines=1234, ended=1200, objects=7), head_lag_seconds=120)
    assert list(flow_lines(Summary((flow,)), FlowNames())) == [
        f"{_ONE}  1,234 lines (1,200 ended) in 7 objects; up to 2m ago"
    ]


def test_only_counts_of_problems_that_occurred_are_in_the_line() -> None:
    flow = FlowSummary(_ONE, Counts(throttles=3, unfinished=2), leased=True)
    (line,) = flow_lines(Summary((flow,)), FlowNames())
    assert line.endswith(
        "3 times throttled, 2 still active at their last sweep; another run exports this Flow"
    )


def test_a_replay_does_not_count_active_executions() -> None:
    replayed = datetime(2026, 11, 3, tzinfo=UTC)
    summary = Summary((FlowSummary(_ONE, Counts(unfinished=9), swept_to=replayed),))
    assert total_line(summary) == "1 Flow: 0 lines (0 ended) in 0 objects"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (47, "47s"),
        (60, "1m"),
        (90, "90s"),
        (900, "15m"),
        (3 * 3600, "3h"),
        (86_400, "1d"),
    ],
)
def test_a_duration_is_short(seconds: int, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("summary", "word"),
    [
        (Summary((FlowSummary(_ONE, Counts(throttles=9), still_due=1),)), "HTTP 429"),
        (Summary((), out_of_time=True, listing=Counts(throttles=9)), "HTTP 429"),
        (Summary((FlowSummary(_ONE, leased=True),)), f"another run exports {_ONE}"),
        (Summary((FlowSummary(_ONE, still_due=1),)), "did not answer"),
    ],
)
def test_work_that_is_left_has_its_reason(summary: Summary, word: str) -> None:
    (line,) = complaints(summary)
    assert word in line
    assert line.endswith("Run the command again.")


def test_a_complete_run_has_nothing_to_complain_about() -> None:
    assert complaints(Summary((FlowSummary(_ONE, Counts(throttles=9)),))) == []
