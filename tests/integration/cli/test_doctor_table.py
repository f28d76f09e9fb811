"""The doctor looks at a table."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from studio_export.model import Checkpoint
from tests.contract.checkpoint_tables import DynamoDbBench
from tests.integration.cli.diagnosis import by, one_wrong, told
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


def _table_verdicts(to: Path, bench: DynamoDbBench, code: int) -> list[dict[str, str]]:
    return told("--to", to, "--checkpoints", f"dynamodb:{bench.table}", code=code)


def test_a_table_of_a_newer_version(to: Path, table: DynamoDbBench) -> None:
    table.create()
    ours = DynamoDbBench(table.server, table.table, f"file://{to.resolve()}")
    for sid in (_FLOW, "FW" + "1" * 32):
        ours.open().acquire(sid, "a", _NOW, _NOW)
        ours.open().save(sid, "a", Checkpoint({120: _NOW}, {120: 60}), release=True)
    ours.set_version(_FLOW, 2)
    verdicts = _table_verdicts(to, table, 1)
    wrong = one_wrong(verdicts)
    assert wrong["subject"] == "items"
    assert f"the checkpoint of {_FLOW}" in wrong["what"]
    assert "version 2, newer than 1" in wrong["what"]
    assert ("items", "of 1 Flow can be read") in by(verdicts, "ok")


def test_a_table_that_is_not_there(to: Path, table: DynamoDbBench) -> None:
    wrongs = by(_table_verdicts(to, table, 1), "wrong")
    assert wrongs[0] == ("table", "there is no such table")


def test_a_table_with_other_keys(to: Path, table: DynamoDbBench) -> None:
    table.client().create_table(
        TableName=table.table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "flow", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "flow", "AttributeType": "S"}],
    )
    assert ("table", "its keys are flow S HASH") in by(_table_verdicts(to, table, 1), "wrong")
