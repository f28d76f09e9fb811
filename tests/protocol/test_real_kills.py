"""A short kill campaign; `python -m tests.protocol.kill` is the long one."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.protocol.kill.campaign import EVERY_DATASET, campaign
from tests.protocol.kill.process_factory import ProcessFactory
from tests.protocol.kill.report import Report
from tests.protocol.kill.targets import AwsTarget, DirectoryTarget
from tools.devkit.servers.server import AwsServer

KILLS = 24
KILLS_WITH_DETAILS = 15

pytestmark = pytest.mark.long


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


def hold_details(report: Report) -> None:
    """Assert that no promise was broken, and that enough were killed in the export of details."""
    assert not report.found
    assert report.kills >= KILLS_WITH_DETAILS
    assert report.in_details > KILLS_WITH_DETAILS // 5
    assert report.detail_lines > KILLS_WITH_DETAILS


@pytest.fixture
def aws(s3_server: AwsServer, dynamodb_server: AwsServer) -> AwsTarget:
    name = f"kills-{uuid4().hex[:8]}"
    target = AwsTarget(s3_server, dynamodb_server, bucket=name, table=name)
    target.prepare()
    return target


def test_processes_killed_over_s3_and_dynamodb_lose_and_double_nothing(
    factory: ProcessFactory, aws: AwsTarget
) -> None:
    hold(campaign(aws, factory, KILLS, "short/aws"))


def test_processes_killed_over_a_directory_and_sqlite_lose_and_double_nothing(
    factory: ProcessFactory, tmp_path: Path
) -> None:
    hold(campaign(DirectoryTarget(tmp_path), factory, KILLS, "short/directory"))


def test_with_every_dataset_processes_killed_over_s3_lose_and_double_nothing(
    factory: ProcessFactory, aws: AwsTarget
) -> None:
    kills = KILLS_WITH_DETAILS
    hold_details(campaign(aws, factory, kills, "short/details", datasets=EVERY_DATASET))


def test_with_every_dataset_processes_killed_over_a_directory_lose_and_double_nothing(
    factory: ProcessFactory, tmp_path: Path
) -> None:
    target, kills = DirectoryTarget(tmp_path), KILLS_WITH_DETAILS
    hold_details(campaign(target, factory, kills, "short/details", datasets=EVERY_DATASET))
