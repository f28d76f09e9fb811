from datetime import UTC, datetime

import pytest

from studio_export.errors import (
    AccessDeniedError,
    ConfigurationError,
    CorruptLogError,
    FlowNotFoundError,
    InvalidPageError,
    StoreError,
    UnavailableError,
    UnexpectedError,
)
from studio_export.model import Counts, Failure, FlowSummary, Summary
from studio_export_cli.output import duration, exit_code, lines, total_line

_ONE, _TWO = "FW" + "1" * 32, "FW" + "2" * 32


def _failed(kind: type[Exception]) -> Summary:
    return Summary((FlowSummary(_ONE), FlowSummary(_TWO, error=Failure(kind, "why"))))


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        (Summary((FlowSummary(_ONE),)), 0),
        (Summary(()), 0),
        (_failed(FlowNotFoundError), 1),
        (_failed(CorruptLogError), 1),
        (_failed(UnexpectedError), 1),
        (Summary((), stopped=Failure(ConfigurationError, "TWILIO_SECRET_ID")), 2),
        (Summary((), stopped=Failure(AccessDeniedError, "Twilio refuses the credentials")), 3),
        (_failed(UnavailableError), 75),
        (_failed(StoreError), 75),
        (Summary((FlowSummary(_ONE, still_due=1),)), 75),
        (Summary((FlowSummary(_ONE, leased=True),)), 75),
        (Summary((), out_of_time=True), 75),
    ],
)
def test_a_summary_has_one_exit_code(summary: Summary, code: int) -> None:
    assert exit_code(summary) == code


def test_a_flow_that_needs_a_person_outweighs_one_that_needs_time() -> None:
    flows = (
        FlowSummary(_ONE, error=Failure(StoreError, "x")),
        FlowSummary(_TWO, error=Failure(InvalidPageError, "x")),
    )
    assert exit_code(Summary(flows)) == 1


def test_a_flow_is_a_line() -> None:
    flow = FlowSummary(_ONE, Counts(lines=1234, ended=1200, objects=7), head_lag_seconds=120)
    assert list(lines(Summary((flow,)))) == [
        f"{_ONE}  1,234 lines (1,200 ended) in 7 objects; up to 2m ago"
    ]


def test_trouble_is_in_the_line_and_quiet_is_not() -> None:
    flow = FlowSummary(_ONE, Counts(throttles=3, unfinished=2), leased=True)
    (line,) = lines(Summary((flow,)))
    assert line.endswith(
        "3 times throttled, 2 still active at their last sweep; another run is at work on it"
    )


def test_a_replay_does_not_call_an_active_execution_unfinished() -> None:
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
    assert duration(seconds) == text
