"""The command's surroundings: a simulated Studio on the loopback, and its variables."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from simulator.server import StudioServer
from simulator.studio import Studio
from simulator.traffic import fill
from tests.integration.cli.buckets import Bucket
from tests.integration.cli.running import run
from tools.devkit.servers.server import AwsServer


@pytest.fixture
def server() -> Iterator[StudioServer]:
    now = datetime.now(UTC)
    studio = Studio(lambda: datetime.now(UTC))
    for count in (100, 40):  # an object each, which is synced to disk
        start = (now - timedelta(days=29, hours=12)).replace(microsecond=0)
        fill(studio.add_flow(), count, start, now - timedelta(hours=2))
    with StudioServer(studio) as running:
        yield running


@pytest.fixture
def studio(server: StudioServer) -> Studio:
    return server.studio


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


@pytest.fixture
def exported(to: Path) -> Path:
    """The export after a first run."""
    run("run", "--to", to)
    return to


@pytest.fixture
def aws(
    environment: dict[str, str], secrets_server: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Keyword arguments for clients of moto, which the command is led to as well."""
    assert environment
    _lead_to(secrets_server, monkeypatch)
    return secrets_server.client_options()


@pytest.fixture
def bucket(s3_server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """A new bucket on SeaweedFS, which the command is led to as well."""
    _lead_to(s3_server, monkeypatch)
    made = Bucket(boto3.client("s3", **s3_server.client_options()), f"command-{uuid4().hex}")
    made.client.create_bucket(Bucket=made.name)
    return made


def _lead_to(server: AwsServer, patch: pytest.MonkeyPatch) -> None:
    for name, value in server.environment().items():
        patch.setenv(name, value)
