"""The command against the simulated Studio over the loopback."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.faults import Fault, Kind
from simulator.request import Operation
from simulator.studio import Studio
from tests.contract.checkpoint_tables import DynamoDbBench
from tests.integration.cli.buckets import Bucket
from tests.integration.cli.running import expected_lines, lines, run
from tools.devkit import program
from tools.devkit.servers.server import AwsServer

_DAY = ("--since", "2026-11-01", "--until", "2026-11-02")
_STOPPED = "studio-export: stopped by SIGINT. Nothing is lost. Run the command again.\n"


def test_run_exports_everything_once(studio: Studio, to: Path) -> None:
    result = run("run", "--to", to, code=0)
    assert lines(to) == expected_lines(*studio.account.flows)
    first, second, total = result.stdout.splitlines()
    assert (first.split()[3], second.split()[3], total.split()[2]) == ("100", "40", "140")
    assert first.startswith(studio.account.flows[0].sid)


def test_a_second_run_adds_nothing(exported: Path) -> None:
    before = lines(exported)
    result = run("run", "--to", exported, "--once", "--json", code=0)
    summary = json.loads(result.stdout)
    assert (summary["complete"], summary["totals"]["lines"]) == (True, 0)
    assert lines(exported) == before


def test_only_the_flows_asked_for_are_exported(studio: Studio, to: Path) -> None:
    flow = studio.account.flows[1]
    assert run("run", "--to", to, "--flow", flow.sid, "--concurrency", 1).exit_code == 0
    assert lines(to) == expected_lines(flow)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "Missing option '--to'"),
        (["run", "--to", "s3://bucket"], "--to s3://bucket is malformed. Give a directory"),
        (["run", "--to", "x", "--flow", "FW1"], "--flow contains 'FW1', which is not FW and"),
        (["run", "--to", "x", "--every", "15"], "such as 15m"),
        (["run", "--to", "x", "--every", "15m", "--once"], "--every exclude each other"),
        (["run", "--to", "x", "--concurrency", "0"], "--concurrency must be"),
        (["run", "--to", "x", "--lookback-days", "31"], "--lookback-days must be"),
        (["run", "--to", "x", "--freshness", "never"], "--freshness must be always, or a"),
        (["run", "--to", "x", "--base-url", "http://example.com"], "--base-url must be https"),
        (["replay", "--to", "x", "--since", "2026-11-02", "--until", "2026-11-01"], "--since"),
        (["replay", "--to", "x", "--since", "2026-11-02", "--until", "soon"], "--until must be"),
        (["status", "--to", "/nonexistent"], "nothing is exported to /nonexistent"),
        (["verify", "--to", "/nonexistent", *_DAY], "nothing is exported to /nonexistent"),
        (["report", "--to", "/nonexistent"], "of this range is exported to /nonexistent"),
        (["compact", "--to", "/nonexistent"], "nothing is exported to /nonexistent"),
        (["find-contact", "--to", "/nonexistent", "--contact", "+1555"], "exported to /nonexist"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("environment")
def test_a_mistake_leads_to_one_line_and_no_request(
    arguments: list[str], message: str, studio: Studio
) -> None:
    result = run(*arguments, code=2)
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert studio.requests == 0


def test_a_malformed_variable_is_named_even_beside_an_option(
    to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_CONCURRENCY", "many")
    result = run("run", "--to", to, "--lookback-days", 1)
    assert result.stderr.startswith("studio-export: STUDIO_CONCURRENCY must be a whole number")


def test_missing_credentials_are_named(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_API_SECRET")
    result = run("run", "--to", to)
    assert (result.exit_code, result.stderr) == (
        2,
        "studio-export: TWILIO_API_SECRET is not set\n",
    )


def test_refused_credentials_exit_with_3(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_API_SECRET", "wrong")
    result = run("run", "--to", to, code=3)
    (line,) = result.stderr.splitlines()
    assert line.startswith("studio-export: Twilio refuses the credentials: HTTP 401")
    assert not to.exists()


def test_a_flow_that_does_not_exist_exits_with_1_and_the_others_are_exported(
    studio: Studio, to: Path
) -> None:
    good = studio.account.flows[1]
    result = run("run", "--to", to, "--flow", "FW" + "0" * 32, "--flow", good.sid, code=1)
    assert lines(to) == expected_lines(good)
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"studio-export: FW{'0' * 32}: FlowNotFoundError")


def test_checkpoints_that_cannot_be_opened_exit_with_3(to: Path) -> None:
    (to / ".studio-export" / "checkpoints.sqlite3").mkdir(parents=True)
    result = run("run", "--to", to, code=3)
    assert all("Fix its permissions" in line for line in result.stderr.splitlines())
    assert lines(to) == Counter()


def test_the_help_lists_files_variables_and_codes() -> None:
    text = run("--help").stdout
    for word in ("executions/dt=", "TWILIO_API_KEY", "TWILIO_SECRET_ID", "Exit codes", "75", "130"):
        assert word in text


def test_the_version_is_printed() -> None:
    assert run("--version").stdout.startswith("studio-export 0.")


@pytest.mark.usefixtures("environment")
def test_an_export_to_s3_and_dynamodb_has_the_same_lines(
    studio: Studio,
    bucket: Bucket,
    dynamodb_server: AwsServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_server.endpoint)
    DynamoDbBench(dynamodb_server, "command").create()
    dataset = ("--to", bucket.to, "--checkpoints", "dynamodb:command")
    flow = studio.account.flows[1]
    assert run("run", *dataset, "--flow", flow.sid, "--lookback-days", 2).exit_code == 0
    result = run("status", *dataset, "--count", code=0)
    recent = datetime.now(UTC) - timedelta(days=2)
    expected = sum(each.created >= recent for each in flow.executions)
    assert result.stdout.splitlines()[-1].split()[4] == str(expected)


class _Process:
    """The command as a person starts it."""

    def __init__(self, environment: dict[str, str], *arguments: object) -> None:
        self.process = subprocess.Popen(
            [*program.STUDIO_EXPORT, *map(str, arguments)],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def interrupt(self) -> tuple[int, float, str, str]:
        """Exit code, seconds that it took, stdout and stderr."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, time.monotonic() - started, out, err


def _until(condition: object) -> None:
    give_up = time.monotonic() + 20
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_ctrl_c_returns_at_once_while_a_request_hangs_and_the_next_run_continues(
    studio: Studio, environment: dict[str, str], to: Path
) -> None:
    flow = studio.account.flows[0]
    studio.faults.on(Fault(Kind.HANG, operation=Operation.EXECUTIONS, flow_sid=flow.sid, first=3))
    running = _Process(environment, "run", "--to", to)
    _until(lambda: studio.faults.met(Kind.HANG))
    code, seconds, out, err = running.interrupt()
    assert (code, out, err) == (130, "", _STOPPED)
    assert seconds < 5
    studio.faults.off()
    result = run("run", "--to", to, code=0)  # at once: the lease was given back
    assert "another run" not in result.output
    assert lines(to) == expected_lines(*studio.account.flows)


def test_every_runs_until_a_signal_stops_it(
    studio: Studio, environment: dict[str, str], to: Path
) -> None:
    running = _Process(environment, "run", "--to", to, "--every", "1s", "--json")
    stream = running.process.stdout
    assert stream
    runs = [json.loads(stream.readline()) for _ in range(3)]
    code, *_ = running.interrupt()
    assert code == 130
    assert [each["totals"]["lines"] for each in runs] == [140, 0, 0]
    assert lines(to) == expected_lines(*studio.account.flows)


def test_ctrl_c_between_two_runs_ends_every_even_if_the_shell_ignored_sigint(
    environment: dict[str, str], to: Path
) -> None:
    """The signal arrives while the summary is printed: between the run and the pause."""
    interrupting = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN);"
        "import typer; from studio_export_cli import main;"
        "typer.echo = lambda *_, **__: os.kill(os.getpid(), signal.SIGINT);"
        "main.main()"
    )
    arguments = ["run", "--to", str(to), "--every", "1h", "--json"]
    command = [sys.executable, "-c", interrupting, *arguments]
    done = program.run(command, env={**os.environ, **environment}, timeout=60)
    assert done.returncode == 130, done.stderr


def test_every_continues_after_a_run_that_fails(
    studio: Studio, environment: dict[str, str], to: Path
) -> None:
    studio.faults.on(Fault(Kind.NO_PERMISSION, operation=Operation.EXECUTIONS, times=1))
    running = _Process(environment, "run", "--to", to, "--every", "1s", "--json")
    stream = running.process.stdout
    assert stream
    first, second = (json.loads(stream.readline()) for _ in range(2))
    running.interrupt()
    assert (first["complete"], second["complete"]) == (False, True)
