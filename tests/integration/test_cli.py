"""The command against the simulated Studio over the loopback."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from typer.testing import CliRunner, Result

from studio_export.adapters.directory_store import DirectoryStore
from studio_export.command.cli import app
from studio_export.records import ENDED, unpack
from tests.servers.server import AwsServer
from tests.studio.account import Flow
from tests.studio.faults import Fault, Kind
from tests.studio.request import Operation
from tests.studio.server import StudioServer
from tests.studio.studio import Studio
from tests.studio.traffic import fill

_COMMAND = [sys.executable, "-c", "from studio_export.command.cli import main; main()"]


@pytest.fixture
def server() -> Iterator[StudioServer]:
    now = datetime.now(UTC)
    studio = Studio(lambda: datetime.now(UTC))
    for count in (300, 120):
        start = (now - timedelta(days=29, hours=12)).replace(microsecond=0)
        fill(studio.add_flow(), count, start, now - timedelta(hours=2))
    with StudioServer(studio) as running:
        yield running


@pytest.fixture
def environment(
    server: StudioServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    username, password = next(iter(server.studio.account.credentials.items()))
    ours = {
        "TWILIO_API_KEY": username,
        "TWILIO_API_SECRET": password,
        "STUDIO_BASE_URL": server.url,
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    for name in ("TWILIO_SECRET_ID", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "FLOW_SIDS"):
        monkeypatch.delenv(name, raising=False)
    return ours


@pytest.fixture
def to(tmp_path: Path, environment: dict[str, str]) -> Path:  # noqa: ARG001  sets it
    return tmp_path / "export"


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def _lines(to: Path) -> Counter[tuple[str, str | None]]:
    store = DirectoryStore(to)
    return Counter(line for key in store.list("executions/") for line in unpack(store.get(key)))


def _truth(*flows: Flow) -> Counter[tuple[str, str | None]]:
    now = datetime.now(UTC)
    return Counter(
        (each.sid, ENDED if each.ended(now) else "active")
        for flow in flows
        for each in flow.executions
    )


def test_run_exports_everything_once(server: StudioServer, to: Path) -> None:
    result = _run("run", "--to", to)
    assert result.exit_code == 0, result.output
    assert _lines(to) == _truth(*server.studio.account.flows)
    first, second, total = result.stdout.splitlines()
    assert (first.split()[1], second.split()[1], total.split()[2]) == ("300", "120", "420")
    assert first.startswith(server.studio.account.flows[0].sid)


def test_a_second_run_adds_nothing(to: Path) -> None:
    _run("run", "--to", to)
    before = _lines(to)
    result = _run("run", "--to", to, "--once", "--json")
    assert result.exit_code == 0
    summary = json.loads(result.stdout)
    assert (summary["complete"], summary["totals"]["lines"]) == (True, 0)
    assert _lines(to) == before


def test_only_the_flows_asked_for_are_exported(server: StudioServer, to: Path) -> None:
    flow = server.studio.account.flows[1]
    assert _run("run", "--to", to, "--flow", flow.sid, "--concurrency", 1).exit_code == 0
    assert _lines(to) == _truth(flow)


def test_a_replay_fills_its_range_and_moves_no_cursor(server: StudioServer, to: Path) -> None:
    flow = server.studio.account.flows[0]
    stop = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    span = ("--from", (stop - timedelta(days=5)).isoformat(), "--until", stop.isoformat())
    result = _run("replay", "--to", to, *span, "--flow", flow.sid)
    assert result.exit_code == 0, result.output
    # A replay lists a second more, before its range.
    start = stop - timedelta(days=5, seconds=1)
    within = {each.sid for each in flow.executions if start <= each.created < stop}
    assert {sid for sid, _ in _lines(to)} == within
    assert not (to / ".studio-export").exists()


def test_status_counts_what_is_there_and_asks_nobody(server: StudioServer, to: Path) -> None:
    _run("run", "--to", to)
    asked = server.studio.requests
    result = _run("status", "--to", to)
    assert result.exit_code == 0, result.output
    _, *rows = (line.split() for line in result.stdout.splitlines())
    for flow, row in zip(server.studio.account.flows, rows, strict=True):
        assert (row[0], row[4], row[5]) == (flow.sid, "2m", str(len(flow.executions)))
    assert server.studio.requests == asked
    assert "-" in _run("status", "--to", to, "--no-count").stdout.split()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["run"], 2, "Missing option '--to'"),
        (["run", "--to", "s3://bucket"], 2, "--to must be a directory, or s3://BUCKET/PREFIX"),
        (["run", "--to", "x", "--flow", "FW1"], 2, "not FW and 32 hex digits"),
        (["run", "--to", "x", "--every", "15"], 2, "such as 15m"),
        (["run", "--to", "x", "--every", "15m", "--once"], 2, "exclude each other"),
        (["run", "--to", "x", "--concurrency", "0"], 2, "STUDIO_CONCURRENCY must be"),
        (["run", "--to", "x", "--lookback-days", "31"], 2, "LOOKBACK_DAYS must be"),
        (["run", "--to", "x", "--base-url", "http://example.com"], 2, "must be https"),
        (["replay", "--to", "x", "--from", "2026-11-02", "--until", "2026-11-01"], 2, "--from"),
        (["replay", "--to", "x", "--from", "2026-11-02", "--until", "soon"], 2, "--until must be"),
        (["status", "--to", "/nonexistent"], 2, "nothing is exported"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_in_a_line_and_asks_nobody(
    arguments: list[str],
    code: int,
    told: str,
    server: StudioServer,
    environment: dict[str, str],  # noqa: ARG001  sets it
) -> None:
    result = _run(*arguments)
    assert result.exit_code == code, result.output
    assert told in result.stderr
    assert "Traceback" not in result.output
    assert server.studio.requests == 0


def test_missing_credentials_are_named(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_API_SECRET")
    result = _run("run", "--to", to)
    assert (result.exit_code, result.stderr) == (
        2,
        "studio-export: TWILIO_API_SECRET is not set\n",
    )


def test_refused_credentials_are_code_3(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_API_SECRET", "wrong")
    result = _run("run", "--to", to)
    assert result.exit_code == 3
    (line,) = result.stderr.splitlines()
    assert line.startswith("studio-export: Twilio refuses the credentials: HTTP 401")
    assert not to.exists()


def test_a_flow_that_is_gone_is_code_1_and_the_others_are_served(
    server: StudioServer, to: Path
) -> None:
    good = server.studio.account.flows[1]
    result = _run("run", "--to", to, "--flow", "FW" + "0" * 32, "--flow", good.sid)
    assert result.exit_code == 1
    assert _lines(to) == _truth(good)
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"studio-export: FW{'0' * 32}: FlowNotFoundError")


def test_checkpoints_that_cannot_be_used_are_code_75(to: Path) -> None:
    (to / ".studio-export" / "checkpoints.sqlite3").mkdir(parents=True)
    result = _run("run", "--to", to)
    assert result.exit_code == 75, result.output
    assert all("UnavailableError" in line for line in result.stderr.splitlines())
    assert _lines(to) == Counter()


def test_the_help_tells_files_variables_and_codes() -> None:
    text = _run("--help").stdout
    for word in ("executions/dt=", "TWILIO_API_KEY", "TWILIO_SECRET_ID", "Exit codes", "75", "130"):
        assert word in text


def test_the_version_is_printed() -> None:
    assert _run("--version").stdout.startswith("studio-export 0.")


def test_s3_and_dynamodb_hold_what_a_directory_would(
    server: StudioServer,
    environment: dict[str, str],
    s3_server: AwsServer,
    dynamodb_server: AwsServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert environment
    for name, value in s3_server.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_server.endpoint)
    s3 = boto3.client("s3", **s3_server.client_options())
    s3.create_bucket(Bucket="command")
    boto3.client("dynamodb", **dynamodb_server.client_options()).create_table(
        TableName="command",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("dataset", "flow_sid")
        ],
        KeySchema=[
            {"AttributeName": "dataset", "KeyType": "HASH"},
            {"AttributeName": "flow_sid", "KeyType": "RANGE"},
        ],
    )
    place = ("--to", "s3://command/studio", "--checkpoints", "dynamodb:command")
    flow = server.studio.account.flows[1]
    assert _run("run", *place, "--flow", flow.sid, "--lookback-days", 2).exit_code == 0
    result = _run("status", *place, "--count")
    assert result.exit_code == 0, result.output
    recent = datetime.now(UTC) - timedelta(days=2)
    expected = sum(each.created >= recent for each in flow.executions)
    assert result.stdout.splitlines()[1].split()[5] == str(expected)


class _Process:
    """The command as a person starts it."""

    def __init__(self, environment: dict[str, str], *arguments: object) -> None:
        self.process = subprocess.Popen(
            [*_COMMAND, *map(str, arguments)],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def interrupt(self) -> tuple[int, float, str, str]:
        """Exit code, seconds that it took, stdout and stderr."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, time.monotonic() - began, out, err


def _until(condition: object) -> None:
    give_up = time.monotonic() + 20
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_ctrl_c_returns_at_once_while_a_request_hangs_and_the_next_run_goes_on(
    server: StudioServer, environment: dict[str, str], to: Path
) -> None:
    flow = server.studio.account.flows[0]
    server.studio.faults.on(
        Fault(Kind.HANG, operation=Operation.EXECUTIONS, flow_sid=flow.sid, first=3)
    )
    running = _Process(environment, "run", "--to", to)
    _until(lambda: server.studio.faults.met(Kind.HANG))
    code, seconds, out, err = running.interrupt()
    assert (code, out, err) == (130, "", "studio-export: SIGINT: nothing is lost, run it again\n")
    assert seconds < 5
    server.studio.faults.off()
    result = _run("run", "--to", to)  # at once: the lease was given back
    assert result.exit_code == 0, result.output
    assert "another run" not in result.output
    assert _lines(to) == _truth(*server.studio.account.flows)


def test_every_runs_until_it_is_told_to_stop(
    server: StudioServer, environment: dict[str, str], to: Path
) -> None:
    running = _Process(environment, "run", "--to", to, "--every", "1s", "--json")
    stream = running.process.stdout
    assert stream
    ticks = [json.loads(stream.readline()) for _ in range(3)]
    code, *_ = running.interrupt()
    assert code == 130
    assert [tick["totals"]["lines"] for tick in ticks] == [420, 0, 0]
    assert _lines(to) == _truth(*server.studio.account.flows)


def test_between_two_ticks_ctrl_c_ends_it_also_where_a_shell_had_it_ignored(
    environment: dict[str, str], to: Path
) -> None:
    """A signal that comes while the summary is printed: between the tick and the pause."""
    program = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN);"
        "import typer; from studio_export.command import cli;"
        "cli.typer.echo = lambda *_, **__: os.kill(os.getpid(), signal.SIGINT);"
        "cli.main()"
    )
    arguments = ["run", "--to", str(to), "--every", "1h", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 130, done.stderr


def test_every_outlives_a_tick_that_fails(
    server: StudioServer, environment: dict[str, str], to: Path
) -> None:
    server.studio.faults.on(Fault(Kind.NOT_A_LIST, operation=Operation.EXECUTIONS, times=1))
    running = _Process(environment, "run", "--to", to, "--every", "1s", "--json")
    stream = running.process.stdout
    assert stream
    first, second = (json.loads(stream.readline()) for _ in range(2))
    running.interrupt()
    assert (first["complete"], second["complete"]) == (False, True)
