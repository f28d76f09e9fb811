"""`studio-export doctor` asks for Steps, Context and revision, of those that are exported."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.account import Flow
from simulator.faults import Fault, Kind
from simulator.request import Operation, Request
from simulator.server import StudioServer
from simulator.studio import Studio
from tests.integration.cli.details import EVERYTHING
from tests.integration.cli.diagnosis import diagnose, only_failure, select
from tests.integration.cli.running import run

_SUBJECTS = {"Steps", "Context", "revision"}


def _newest_ended(flow: Flow) -> str:
    ended = [each for each in flow.executions if each.ended(datetime.now(UTC))]
    return max(ended, key=lambda each: each.created).sid


@pytest.fixture
def everything(to: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATASETS", EVERYTHING)
    return to


def test_without_datasets_nothing_but_executions_is_asked_for(
    server: StudioServer, to: Path
) -> None:
    operations: list[object] = []
    server.studio.on_request = lambda request: operations.append(request.operation)
    checks = diagnose("--to", to, code=0)
    assert ("datasets", "Executions alone are exported") in select(checks, "OK")
    assert not _SUBJECTS & {each["subject"] for each in checks}
    assert set(operations) <= {Operation.FLOWS, Operation.EXECUTIONS, None}


def test_a_key_that_can_read_all_that_is_exported(server: StudioServer, everything: Path) -> None:
    asked: list[Request] = []
    server.studio.on_request = asked.append
    checks = diagnose("--to", everything, code=0)
    assert select(checks, "FAIL", "WARN") == []
    assert {
        ("Steps", "the key can list the Steps of Executions"),
        ("Context", "the key can read the Context of Executions"),
        ("revision", "the key can read the revisions of Flows"),
    } <= set(select(checks, "OK"))
    newest = [_newest_ended(flow) for flow in server.studio.account.flows]
    (of_one,) = {each.execution_sid for each in asked if each.operation == Operation.STEPS}
    assert of_one in newest


def test_the_settings_are_shown_without_the_paths(
    everything: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> str:
        checks = diagnose("--to", everything, code=0)
        return next(message for subject, message in select(checks, "OK") if subject == "datasets")

    text = "executions, steps, contexts, flow-revisions; 2 requests for them at a time"
    assert shown() == f"{text}; of Contexts, no value is kept"
    monkeypatch.setenv("CONTEXT_VALUES", "widgets.menu.Digits")
    assert shown().endswith("the values at 1 path are kept")
    monkeypatch.setenv("CONTEXT_VALUES", "*")
    assert shown().endswith("every value is kept")


@pytest.mark.parametrize(
    ("operation", "subject", "remedy"),
    [
        (Operation.STEPS, "Steps", "list the Steps of Executions, or remove steps from"),
        (Operation.CONTEXT, "Context", "read the Context of Executions, or remove contexts from"),
        (Operation.REVISION, "revision", "read the revisions of Flows, or remove flow-revisions"),
    ],
)
def test_a_missing_permission_is_named(
    server: StudioServer, everything: Path, operation: Operation, subject: str, remedy: str
) -> None:
    server.studio.faults.on(Fault(Kind.NO_PERMISSION, operation=operation))
    failure = only_failure(diagnose("--to", everything, code=1))
    assert failure["subject"] == subject
    assert "HTTP 403 code 70051" in failure["message"]
    assert failure["remedy"].startswith(f"Allow the key to {remedy}")


def test_a_listed_execution_that_is_not_found_is_a_warning(
    server: StudioServer, everything: Path
) -> None:
    server.studio.faults.on(Fault(Kind.NOT_FOUND, operation=Operation.STEPS))
    ((subject, message),) = select(diagnose("--to", everything, code=0), "WARN")
    assert (subject, "HTTP 404" in message) == ("Steps", True)


def test_an_unreadable_answer_is_a_failure(server: StudioServer, everything: Path) -> None:
    server.studio.faults.on(Fault(Kind.HTML_PAGE, operation=Operation.STEPS))
    failure = only_failure(diagnose("--to", everything, code=1))
    assert (failure["subject"], "cannot be read" in failure["message"]) == ("Steps", True)


def test_without_an_ended_execution_it_is_unknown(
    everything: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = Studio(lambda: datetime.now(UTC))
    quiet.add_flow().add(datetime.now(UTC) - timedelta(hours=5))
    key, secret = next(iter(quiet.account.credentials.items()))
    monkeypatch.setenv("TWILIO_API_KEY", key)
    monkeypatch.setenv("TWILIO_API_SECRET", secret)
    with StudioServer(quiet) as running:
        monkeypatch.setenv("STUDIO_BASE_URL", running.url)
        checks = diagnose("--to", everything, code=0)
    unknown = ("details", "not checked: no ended Execution was found in 1 Flow")
    assert unknown in select(checks, "UNKNOWN")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DATASETS", "steps", "DATASETS must contain executions"),
        ("DATASETS", "executions,step", "DATASETS contains 'step'"),
        ("CONTEXT_VALUES", "widgets.*", "CONTEXT_VALUES: "),
        ("DETAIL_CONCURRENCY", "0", "DETAIL_CONCURRENCY must be"),
        ("DETAILS_FROM", "yesterday", "DETAILS_FROM must be"),
    ],
)
def test_a_malformed_setting_is_named_and_hides_nothing_else(
    everything: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    checks = diagnose("--to", everything, code=1)
    failure = only_failure(checks)
    assert (failure["subject"], failure["message"].startswith(message)) == ("datasets", True)
    assert "key" in {subject for subject, _ in select(checks, "OK")}


def test_nothing_of_an_answer_is_printed_but_sids(everything: Path) -> None:
    output = run("doctor", "--to", everything).output
    assert "Context" in output
    assert "+1555" not in output  # how each number begins
