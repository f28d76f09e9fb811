"""Session fixtures: one server of each kind per process, started on first use."""

from collections.abc import Iterator

import pytest

from tools.devkit.servers import dynalite as _dynalite
from tools.devkit.servers.moto import moto_server as _moto_server
from tools.devkit.servers.seaweedfs import seaweedfs as _seaweedfs
from tools.devkit.servers.server import AwsServer
from tools.local_lambda.cloud import Servers

__all__ = ["aws_servers", "dynamodb_server", "pytest_report_header", "s3_server", "secrets_server"]


@pytest.fixture(scope="session")
def s3_server() -> Iterator[AwsServer]:
    with _seaweedfs() as server:
        yield server


@pytest.fixture(scope="session")
def secrets_server() -> Iterator[AwsServer]:
    with _moto_server() as server:
        yield server


@pytest.fixture(scope="session")
def dynamodb_server(request: pytest.FixtureRequest) -> Iterator[AwsServer]:
    """dynalite, or moto where it cannot run; moto proves nothing about races."""
    if _dynalite.missing():
        yield request.getfixturevalue("secrets_server")
        return
    with _dynalite.dynalite() as server:
        yield server


@pytest.fixture(scope="session")
def aws_servers(
    s3_server: AwsServer, dynamodb_server: AwsServer, secrets_server: AwsServer
) -> Servers:
    return Servers(s3_server, dynamodb_server, secrets_server)


def pytest_report_header() -> list[str]:
    reason = _dynalite.missing()
    used = f"moto, races NOT tested ({reason})" if reason else "dynalite"
    return [f"DynamoDB: {used}"]
