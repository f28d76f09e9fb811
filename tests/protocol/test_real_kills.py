"""A short kill campaign; `python -m tests.protocol.kill` is the long one."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.protocol.kill.campaign import campaign
from tests.protocol.kill.process_factory import ProcessFactory
from tests.protocol.kill.report import Report
from tests.protocol.kill.targets import AwsTarget, DirectoryTarget
from tools.devkit.servers.server import AwsServer

KILLS = 40


@pytest.fixture(scope="module")
def factory() -> Iterator[ProcessFactory]:
    with ProcessFactory() as factory:
        yield factory


def hold(report: Report) -> None:
    """Assert that no promise was broken, and that enough processes were killed at work."""
    assert not report.found
    assert report.kills >= KILLS
    assert report.in_work > KILLS // 4
    assert report.lines > KILLS


def test_processes_killed_over_s3_and_dynamodb_lose_and_double_nothing(
    factory: ProcessFactory, s3_server: AwsServer, dynamodb_server: AwsServer
) -> None:
    name = f"kills-{uuid4().hex[:8]}"
    target = AwsTarget(s3_server, dynamodb_server, bucket=name, table=name)
    target.prepare()
    hold(campaign(target, factory, KILLS, "short/aws"))


def test_processes_killed_over_a_directory_and_sqlite_lose_and_double_nothing(
    factory: ProcessFactory, tmp_path: Path
) -> None:
    hold(campaign(DirectoryTarget(tmp_path), factory, KILLS, "short/directory"))
