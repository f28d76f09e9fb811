"""`--account`: the command for one account of many, or for all, behind one simulated host."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from simulator.account import Account
from simulator.many import ManyStudios
from simulator.server import Limits, StudioServer
from simulator.studio import Studio
from simulator.traffic import fill
from tests.integration.cli.running import expected_lines, lines, run
from tools.devkit.program import STUDIO_EXPORT
from tools.devkit.servers.server import AwsServer

_NAMES = ("acme", "globex", "initech")
_ALL = ("--account", "*")


def _studio(name: str) -> Studio:
    studio = Studio(lambda: datetime.now(UTC), Account(seed=name))
    now = datetime.now(UTC).replace(microsecond=0)
    for count in (30, 5):
        fill(studio.add_flow(), count, now - timedelta(days=20), now - timedelta(hours=2))
    return studio


@pytest.fixture
def studios() -> dict[str, Studio]:
    return {name: _studio(name) for name in _NAMES}


@pytest.fixture
def many(studios: Mapping[str, Studio]) -> Iterator[StudioServer]:
    with StudioServer(ManyStudios([*studios.values()])) as running:
        yield running


@pytest.fixture
def secrets(
    many: StudioServer,
    studios: Mapping[str, Studio],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A directory with a file for each account's secret, which the command is led to."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name, studio in studios.items():
        (folder / name).write_text(json.dumps(_secret(studio)))
    for variable, value in {
        "ACCOUNTS": ",".join(_NAMES),
        "TWILIO_SECRET_PREFIX": f"file:{folder}/",
        "STUDIO_BASE_URL": many.url,
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }.items():
        monkeypatch.setenv(variable, value)
    for variable in ("TWILIO_SECRET_ID", "TWILIO_API_KEY", "TWILIO_API_SECRET", "FLOW_SIDS"):
        monkeypatch.delenv(variable, raising=False)
    return folder


def _secret(studio: Studio) -> dict[str, str]:
    username, password = studio.account.api_key
    return {"api_key": username, "api_secret": password}


def _change(secrets: Path, name: str, **values: object) -> None:
    file = secrets / name
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def test_every_account_is_exported_into_a_dataset_of_its_own(
    secrets: Path, studios: Mapping[str, Studio], tmp_path: Path
) -> None:
    assert secrets
    to = tmp_path / "studio"
    result = run(*_ALL, "run", "--to", to, code=0)
    for name, studio in studios.items():
        assert lines(to / f"account={name}") == expected_lines(*studio.account.flows)
    assert sorted(path.name for path in to.iterdir()) == [f"account={name}" for name in _NAMES]
    *_, heading, acme, _globex, _initech, total = result.stdout.splitlines()
    assert heading.split() == ["ACCOUNT", "EXIT", "RESULT"]
    assert acme.split()[:4] == ["acme", "0", "2", "Flows:"]
    assert total == "3 accounts, 0 failed"


def test_one_account_is_exported_as_if_it_were_the_only_one(
    secrets: Path, studios: Mapping[str, Studio], tmp_path: Path
) -> None:
    assert secrets
    to = tmp_path / "studio"
    done = _process("--account", "globex", "run", f"--to={to}", "--json")
    assert done.returncode == 0, done.stderr
    assert {*json.loads(done.stdout)["flows"]} == {
        flow.sid for flow in studios["globex"].account.flows
    }
    assert [path.name for path in to.iterdir()] == ["account=globex"]


@pytest.mark.parametrize(
    ("trouble", "code"),
    [("a wrong secret", 3), ("no file", 2), ("no JSON", 2), ("a wrong region", 2)],
)
def test_the_trouble_of_one_account_leaves_the_others_alone(
    trouble: str, code: int, secrets: Path, studios: Mapping[str, Studio], tmp_path: Path
) -> None:
    to = tmp_path / "studio"
    if trouble == "a wrong secret":
        _change(secrets, "globex", api_secret="wrong")
    elif trouble == "no file":
        (secrets / "globex").unlink()
    elif trouble == "no JSON":
        (secrets / "globex").write_text("SK00, secret")
    else:
        _change(secrets, "globex", region={"name": "ie1"})
    result = run(*_ALL, "run", "--to", to, "--json", code=1)
    assert result.stdout, result.stderr
    accounts = json.loads(result.stdout)["accounts"]
    codes = {name: account["exit_code"] for name, account in accounts.items()}
    assert codes == {"acme": 0, "globex": code, "initech": 0}
    assert accounts["globex"]["errors"]
    assert "globex: " in result.stderr
    assert "SK00, secret" not in result.output
    for name in ("acme", "initech"):
        assert accounts[name]["output"][0]["complete"]
        assert lines(to / f"account={name}") == expected_lines(*studios[name].account.flows)


def test_a_secret_chooses_the_flows_of_its_account(
    secrets: Path, studios: Mapping[str, Studio], tmp_path: Path
) -> None:
    flow = studios["acme"].account.flows[1]
    _change(secrets, "acme", flow_sids=[flow.sid])
    to = tmp_path / "studio"
    run(*_ALL, "run", "--to", to, code=0)
    assert lines(to / "account=acme") == expected_lines(flow)


def test_other_commands_work_on_all_accounts_too(secrets: Path, tmp_path: Path) -> None:
    assert secrets
    to = tmp_path / "studio"
    run(*_ALL, "run", "--to", to, code=0)
    since = f"{datetime.now(UTC) - timedelta(days=25):%Y-%m-%d}"
    for command in (
        ("status",),
        ("verify", "--since", since, "--until", "2100-01-01"),
        ("replay", "--since", since, "--until", "2100-01-01", "--shard", "0/2"),
    ):
        result = run(*_ALL, *command, "--to", to, code=0)
        assert result.stdout.splitlines()[-1] == "3 accounts, 0 failed"


def test_secrets_come_from_secrets_manager_by_their_prefix(
    secrets: Path,
    studios: Mapping[str, Studio],
    secrets_server: AwsServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert secrets
    prefix = f"{tmp_path.name}/"
    for variable, value in secrets_server.environment().items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("TWILIO_SECRET_PREFIX", prefix)
    client = boto3.client("secretsmanager", **secrets_server.client_options())
    for name in ("acme", "globex"):
        text = json.dumps(_secret(studios[name]))
        client.create_secret(Name=f"{prefix}{name}", SecretString=text)
    result = run(*_ALL, "run", "--to", tmp_path / "studio", "--json", code=1)
    accounts = json.loads(result.stdout)["accounts"]
    assert {name: each["exit_code"] for name, each in accounts.items()} == {
        "acme": 0,
        "globex": 0,
        "initech": 2,
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--account", "umbrella", "run", "--to", "x"), "umbrella is not one of ACCOUNTS: acme"),
        (("--account", "a/b", "run", "--to", "x"), "'a/b', which is not 1 to 64 letters"),
        ((*_ALL, "run", "--to", "x", "--every", "15m"), "--every does not end"),
        ((*_ALL, "replay", "--function", "f"), "--account needs --to"),
    ],
)
def test_what_accounts_cannot_do_is_refused_before_anything_starts(
    arguments: tuple[str, ...], message: str, secrets: Path
) -> None:
    assert secrets
    result = run(*arguments, code=2)
    assert message in result.stderr


def test_all_accounts_need_their_names(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert secrets
    monkeypatch.delenv("ACCOUNTS")
    assert "ACCOUNTS is not set" in run(*_ALL, "run", "--to", "x", code=2).stderr


def test_a_signal_ends_the_processes_of_all_accounts(
    secrets: Path, many: StudioServer, tmp_path: Path
) -> None:
    assert secrets
    many.limits = Limits(latency_seconds=30)
    command = [*STUDIO_EXPORT, *_ALL, "run", "--to", str(tmp_path / "studio")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while many.in_flight.now < len(_NAMES):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 143
    assert "stopped by SIGTERM" in stderr


def _process(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*STUDIO_EXPORT, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
