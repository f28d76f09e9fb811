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
from studio_export.summary import Counts, Failure, FlowSummary, Summary
from studio_export_cli.exit_codes import exit_code

_ONE, _TWO = "FW" + "1" * 32, "FW" + "2" * 32


def _failed(error: Failure) -> Summary:
    return Summary((FlowSummary(_ONE), FlowSummary(_TWO, error=error)))


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        (Summary((FlowSummary(_ONE),)), 0),
        (Summary(()), 0),
        (_failed(Failure(FlowNotFoundError, "Twilio: HTTP 404")), 1),
        (_failed(Failure(CorruptLogError, "an object is missing")), 1),
        (_failed(Failure(UnexpectedError, "KeyError at page.py:7")), 1),
        (Summary((), stopped=Failure(ConfigurationError, "TWILIO_SECRET_ID")), 2),
        (Summary((), stopped=Failure(AccessDeniedError, "Twilio refuses the credentials")), 3),
        (_failed(Failure(UnavailableError, "Twilio failed 5 times")), 75),
        (_failed(Failure(StoreError, "cannot write")), 75),
        (Summary((FlowSummary(_ONE, still_due=1),)), 75),
        (Summary((FlowSummary(_ONE, leased=True),)), 75),
        (Summary((), out_of_time=True), 75),
        (Summary((FlowSummary(_ONE, counts=Counts(rejected=1)),)), 1),
        (Summary((), listing_failures=(Failure(InvalidPageError, "row 1 has no sid"),)), 1),
    ],
)
def test_a_summary_has_one_exit_code(summary: Summary, code: int) -> None:
    assert exit_code(summary) == code


def test_a_failure_outweighs_a_flow_to_try_again() -> None:
    flows = (
        FlowSummary(_ONE, error=Failure(StoreError, "x")),
        FlowSummary(_TWO, error=Failure(InvalidPageError, "x")),
    )
    assert exit_code(Summary(flows)) == 1
