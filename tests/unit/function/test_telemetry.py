"""What an invocation emits: one JSON line a Flow, the named metrics, and nothing private."""

import json
import sys

import pytest

from studio_export.errors import AccessDeniedError, CorruptLogError, InvalidPageError
from studio_export.function.telemetry import measures, measures_of_run
from studio_export.shard import Shard
from studio_export.summary import Counts, Failure, FlowSummary, Summary
from tests.unit.function.emitted import Output, emitted_output
from tests.unit.function.emitting_run import BODY, CORRUPT, CUT, FAULT, GOOD, PHONE
from tools.devkit import program
from tools.devkit.repository import ROOT

# Of two Flows, each of which did 1, 2, … 10 of what is counted, and one of which failed.
COUNTED = {
    "LinesExported": 2,
    "EndedExported": 4,
    "ObjectsWritten": 6,
    "PagesFetched": 8,
    "PutConflicts": 10,
    "RequestsThrottled": 12,
    "LateArrivals": 14,
    "RecordsRejected": 16,
    "ActiveAtLastSweep": 18,
    "HoleSeconds": 3,
    "HolesExpired": 20,
    "FlowsFailed": 1,
    "CorruptLogs": 1,
    "AccessDenied": 0,
}
OF_A_RUN = {"RunsSucceeded", "OldestFailureSeconds"}
OF_A_RUN |= {"HeadLagSeconds", "RetentionHeadroomSeconds", "FinalHeadroomSeconds"}


@pytest.fixture(scope="module")
def output() -> Output:
    return emitted_output()


def test_every_flow_has_one_line_of_json_with_its_counts(output: Output) -> None:
    flows = {line["flow_sid"]: line for line in output.lines}
    assert len(output.lines) == len(flows) == 4
    wanted = {"lines", "ended", "pages", "objects", "head_lag_seconds", "still_due"}
    assert all(wanted <= set(line) for line in output.lines)
    assert flows[GOOD]["lines"] > 0
    assert flows[GOOD]["watched"] > 0
    assert flows[GOOD]["level"] == "INFO"
    assert {flows[sid]["level"] for sid in (CUT, FAULT, CORRUPT)} == {"ERROR"}


def test_every_line_has_the_id_of_its_event(output: Output) -> None:
    assert {line["correlation_id"] for line in output.lines} == {"event-1"}


def test_the_metrics_are_the_documented_ones_in_one_emf_document(output: Output) -> None:
    (document,) = output.metrics
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "StudioExport"
    assert {metric["Name"] for metric in directive["Metrics"]} == COUNTED.keys() | OF_A_RUN
    assert document["FlowsFailed"] == [3.0]
    assert document["RecordsRejected"] > [0.0]


@pytest.mark.parametrize("private", [PHONE, PHONE.lstrip("+"), BODY])
def test_logs_metrics_results_and_stored_names_have_no_private_value(
    output: Output, private: str
) -> None:
    assert private not in output.everything


def test_the_invocation_had_every_kind_of_failure(output: Output) -> None:
    flows = output.results["summary"]["flows"]
    assert flows[CUT]["error"].startswith("InvalidPageError")
    assert flows[FAULT]["error"].startswith("KeyError at emitting_run.py:")
    assert flows[CORRUPT]["error"].startswith("CorruptLogError")
    assert any(key.startswith("rejected/") for key in output.results["keys"])


# The metrics of a summary


def values(summary: Summary) -> dict[str, float]:
    return {name: value for name, _, value in measures_of_run(summary)}


def test_counts_are_totals_over_the_flows() -> None:
    counts = Counts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    flows = (
        FlowSummary("FW1", counts, hole_seconds=3),
        FlowSummary("FW2", counts, error=Failure(CorruptLogError, "bad")),
    )
    assert {name: value for name, _, value in measures(Summary(flows))} == COUNTED


def test_gauges_are_those_of_the_flow_that_is_worst_off() -> None:
    flows = (
        FlowSummary("FW1", head_lag_seconds=3600, headroom_seconds=7200, final_lag_seconds=0),
        FlowSummary("FW2", head_lag_seconds=30, headroom_seconds=3600, final_lag_seconds=840),
        FlowSummary("FW3"),
    )
    measured = values(Summary(flows))
    assert measured["HeadLagSeconds"] == 3600
    assert measured["RetentionHeadroomSeconds"] == 719 * 3600  # an hour of 30 days was never listed
    assert measured["FinalHeadroomSeconds"] == 3600
    assert measured["FinalLagSeconds"] == 840


def test_failing_are_flows_with_an_error_since_their_work_was_due() -> None:
    behind = FlowSummary("FW1", overdue_seconds=9000)
    failed = FlowSummary("FW2", overdue_seconds=60, error=Failure(InvalidPageError, "bad"))
    assert values(Summary((behind,)))["OldestFailureSeconds"] == 0
    assert values(Summary((behind, failed)))["OldestFailureSeconds"] == 60


def test_a_gauge_that_no_flow_has_is_left_out() -> None:
    gauges = {
        *("HeadLagSeconds", "RetentionHeadroomSeconds", "FinalHeadroomSeconds", "FinalLagSeconds")
    }
    assert not gauges & values(Summary((FlowSummary("FW1", leased=True),))).keys()


def test_a_run_that_ended_no_watched_execution_has_no_lag_of_final_lines() -> None:
    idle = FlowSummary("FW1", head_lag_seconds=120, headroom_seconds=99, watched=3)
    assert "FinalLagSeconds" not in values(Summary((idle,)))
    prompt = FlowSummary("FW2", final_lag_seconds=0)
    assert values(Summary((idle, prompt)))["FinalLagSeconds"] == 0


ANSWERED = FlowSummary("FW1", Counts(pages=1))
FAILED = FlowSummary("FW2", Counts(pages=1), error=Failure(InvalidPageError, "bad"))


@pytest.mark.parametrize(
    ("summary", "succeeded"),
    [
        (Summary(()), True),
        (Summary((ANSWERED, FAILED)), True),
        (Summary((FlowSummary("FW1", still_due=0),)), True),
        (Summary((FAILED,)), False),
        (Summary((FlowSummary("FW1", still_due=1),)), False),  # not reached, or throttled
        (Summary((FlowSummary("FW1", leased=True),)), False),
        (Summary((ANSWERED,), stopped=Failure(AccessDeniedError, "401")), False),
        (Summary((), out_of_time=True), False),
    ],
)
def test_a_run_succeeds_if_it_served_a_flow_and_came_to_its_end(
    summary: Summary, *, succeeded: bool
) -> None:
    assert values(summary)["RunsSucceeded"] == succeeded


def test_a_run_that_is_stopped_counts_as_access_denied() -> None:
    assert (
        values(Summary((FAILED,), stopped=Failure(AccessDeniedError, "401")))["AccessDenied"] == 1
    )


_THREE_INVOCATIONS = """
from studio_export.function.telemetry import Telemetry
from studio_export.summary import FlowSummary, Summary

for account in ("acme", "globex", None):
    telemetry = Telemetry()
    with telemetry.invocation({}, "request", account):
        telemetry.report(Summary((FlowSummary("FW1"),)), None)
"""


def test_every_line_has_the_account_of_its_invocation_and_no_earlier_one() -> None:
    path = {"PYTHONPATH": str(ROOT / "layers" / "studio_export")}
    ran = program.run([sys.executable, "-c", _THREE_INVOCATIONS], env=path)
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    accounts = [line.get("account") for line in lines if "flow_sid" in line]
    assert accounts == ["acme", "globex", None], ran.stderr


def test_a_shard_without_flows_does_not_report_success() -> None:
    empty = Summary((), shard=Shard(3, 8))
    assert measured_of_run(empty)["RunsSucceeded"] == 0
    served = Summary((FlowSummary("FW1", Counts(pages=1)),), shard=Shard(3, 8))
    assert measured_of_run(served)["RunsSucceeded"] == 1
    assert measured_of_run(Summary(()))["RunsSucceeded"] == 1


def measured_of_run(summary: Summary) -> dict[str, float]:
    return {name: value for name, _, value in measures_of_run(summary)}
