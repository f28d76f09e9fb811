"""`studio-export doctor` checks a table."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from studio_export.model import Checkpoint
from tests.contract.checkpoint_tables import DynamoDbBench
from tests.integration.cli.diagnosis import diagnose, only_failure, select
from tools.devkit.servers.server import AwsServer

_FLOW = "FW" + "0" * 32
_NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.fixture
def table(
    to: Path,  # noqa: ARG001  sets the environment
    dynamodb_server: AwsServer,
    monkeypatch: pytest.MonkeyPatch,
) -> DynamoDbBench:
    for name, value in dynamodb_server.environment().items():
        monkeypatch.setenv(name, value)
    return DynamoDbBench(dynamodb_server, f"doctor-{uuid4().hex}")


def _check_table(to: Path, bench: DynamoDbBench, code: int) -> list[dict[str, str]]:
    return diagnose("--to", to, "--checkpoints", f"dynamodb:{bench.table}", code=code)


def test_a_table_of_a_newer_version(to: Path, table: DynamoDbBench) -> None:
    table.create()
    ours = DynamoDbBench(table.server, table.table, f"file://{to.resolve()}")
    for sid in (_FLOW, "FW" + "1" * 32):
        ours.open().acquire(sid, "a", _NOW, _NOW)
        ours.open().save(sid, "a", Checkpoint({120: _NOW}, {120: 60}), release=True)
    ours.set_version(_FLOW, 2)
    checks = _check_table(to, table, 1)
    failure = only_failure(checks)
    assert failure["subject"] == "items"
    assert f"the checkpoint of {_FLOW}" in failure["message"]
    assert "version 2, newer than 1" in failure["message"]
    assert ("items", "the checkpoints of 1 Flow are readable") in select(checks, "OK")


def test_a_table_that_is_not_there(to: Path, table: DynamoDbBench) -> None:
    failures = select(_check_table(to, table, 1), "FAIL")
    assert failures[0] == ("table", "the table does not exist")


def test_a_table_with_other_keys(to: Path, table: DynamoDbBench) -> None:
    table.client().create_table(
        TableName=table.table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "flow", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "flow", "AttributeType": "S"}],
    )
    assert ("table", "its keys are flow S HASH") in select(_check_table(to, table, 1), "FAIL")
