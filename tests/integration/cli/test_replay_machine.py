"""`replay --machine`: it starts a state machine on a local engine, and waits for its end.

These machines have the output or the error of the deployed one, and invoke nothing.
`tests/integration/test_fleet.py` replays by the deployed one.
"""

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.cli.running import run
from tools.devkit.program import STUDIO_EXPORT
from tools.devkit.servers.step_functions import StepFunctions, step_functions

_SPAN = ("--since", "2026-11-01", "--until", "2026-11-02")
_EVENT = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}
_PROOF = "Nothing was missed: each Execution that Twilio lists already has its line."
_NO_FUNCTIONS = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def running() -> Iterator[StepFunctions]:
    with step_functions(_NO_FUNCTIONS) as started:
        yield started


@pytest.fixture
def engine(running: StepFunctions, monkeypatch: pytest.MonkeyPatch) -> StepFunctions:
    for name, value in running.server.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SFN", running.server.endpoint)
    return running


def machine(engine: StepFunctions, state: dict[str, Any]) -> str:
    """Make a state machine of one state, and return its ARN."""
    return engine.create(json.dumps({"StartAt": "Only", "States": {"Only": state}}))


def succeeding(*pieces: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "Pass", "Result": [[*pieces]], "End": True}


def piece(*, complete: bool = True, **totals: int) -> dict[str, Any]:
    return {"ok": True, "complete": complete, "totals": totals, "failed": []}


def failing(error: str, cause: object) -> dict[str, Any]:
    return {"Type": "Fail", "Error": error, "Cause": json.dumps(cause)}


def inputs(engine: StepFunctions, arn: str) -> list[Any]:
    found = engine.client.list_executions(stateMachineArn=arn)["executions"]
    arns = [each["executionArn"] for each in found]
    return [
        json.loads(engine.client.describe_execution(executionArn=each)["input"]) for each in arns
    ]


def test_the_pieces_are_added_up(engine: StepFunctions) -> None:
    arn = machine(engine, succeeding(piece(lines=3, ended=2, objects=1, pages=4), piece(lines=2)))
    result = run("replay", "--machine", arn, *_SPAN, code=0)
    assert result.stdout.splitlines() == ["2 pieces: 5 lines (2 ended) in 1 object"]
    assert inputs(engine, arn) == [_EVENT]


def test_a_replay_that_writes_nothing_says_that_nothing_was_missed(engine: StepFunctions) -> None:
    arn = machine(engine, succeeding(piece(pages=4), piece(pages=1)))
    assert run("replay", "--machine", arn, *_SPAN, code=0).stdout.splitlines()[-1] == _PROOF
    summary = json.loads(run("replay", "--machine", arn, *_SPAN, "--json", code=0).stdout)
    assert (summary["nothing_missed"], summary["complete"], summary["pieces"]) == (True, True, 2)
    assert (summary["totals"]["pages"], summary["totals"]["lines"]) == (5, 0)


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        (piece(complete=False), 75, "work is left. Run the command again."),
        (piece(rejected=1), 1, "1 record has no usable sid"),
    ],
)
def test_what_is_left_or_put_aside_proves_nothing(
    engine: StepFunctions, answer: dict[str, Any], code: int, message: str
) -> None:
    arn = machine(engine, succeeding(piece(), answer))
    result = run("replay", "--machine", arn, *_SPAN, code=code)
    assert message in result.stderr
    assert "Nothing was missed" not in result.stdout


def test_the_machine_is_sent_flows_account_and_details(engine: StepFunctions) -> None:
    arn, flow = machine(engine, succeeding(piece())), "FW" + "1" * 32
    options = ("--flow", flow, "--machine-account", "acme", "--details")
    result = run("replay", "--machine", arn, *_SPAN, *options, code=0)
    assert result.stdout.splitlines() == ["1 piece: every object of the range has its lines"]
    assert inputs(engine, arn) == [{"details": {**_EVENT, "flows": [flow]}, "account": "acme"}]


@pytest.mark.parametrize(
    ("state", "code", "message"),
    [
        (failing("PiecesFailed", ["acme 0/2: AccessDeniedError", "no"]), 1, "acme 0/2: AccessDen"),
        (failing("ConfigurationError", {"errorMessage": "WORKERS is 0"}), 2, "WORKERS is 0"),
        (failing("States.Runtime", "too long"), 1, "States.Runtime"),
        ({"Type": "Pass", "Result": {"ok": 1}, "End": True}, 1, "Check that it is the stack's"),
    ],
)
def test_the_exit_code_is_that_of_what_failed(
    engine: StepFunctions, state: dict[str, Any], code: int, message: str
) -> None:
    result = run("replay", "--machine", machine(engine, state), *_SPAN, code=code)
    assert message in result.stderr


def test_a_machine_that_does_not_exist_is_refused(engine: StepFunctions) -> None:
    arn = machine(engine, succeeding())
    engine.client.delete_state_machine(stateMachineArn=arn)
    result = run("replay", "--machine", arn, *_SPAN, code=3)
    assert "states:StartExecution" in result.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--machine", "export"),
        ("--machine", "{arn}", "--to", "x"),
        ("--machine", "{arn}", "--function", "f"),
        ("--machine", "{arn}", "--dry-run"),
        ("--machine", "{arn}", "--shard", "0/2"),
        ("--machine", "{arn}", "--concurrency", "2"),
        ("--to", "x", "--machine-account", "acme"),
    ],
)
def test_what_a_machine_cannot_do_is_refused_before_it_is_started(
    engine: StepFunctions, options: tuple[str, ...]
) -> None:
    arn = machine(engine, succeeding())
    run("replay", *(each.format(arn=arn) for each in options), *_SPAN, code=2)
    assert inputs(engine, arn) == []


@pytest.fixture
def waiting(engine: StepFunctions) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in a process of its own, while the machine waits; and the execution's ARN."""
    arn = machine(engine, {"Type": "Wait", "Seconds": 120, "End": True})
    command = [*STUDIO_EXPORT, "replay", "--machine", arn, *_SPAN]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        first = process.stderr.readline()
        found = re.search(r"--execution-arn (\S+)", first)
        assert found, first
        yield process, found[1]
        process.kill()


def test_a_signal_ends_the_command_and_not_the_execution(
    engine: StepFunctions, waiting: tuple[subprocess.Popen[str], str]
) -> None:
    process, execution = waiting
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "The execution goes on" in stderr
    assert execution in stderr
    assert engine.client.describe_execution(executionArn=execution)["status"] == "RUNNING"


def test_an_execution_that_somebody_stops_is_a_failure(
    engine: StepFunctions, waiting: tuple[subprocess.Popen[str], str]
) -> None:
    process, execution = waiting
    engine.client.stop_execution(executionArn=execution)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "ABORTED" in stderr
