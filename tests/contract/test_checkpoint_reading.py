"""Checkpoints and leases, read without taking a lease, on both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from studio_export.model import Checkpoint, Lease, StoredCheckpoint
from tests.contract.checkpoint_tables import DynamoDbBench, SqliteBench

FLOW, OTHER_FLOW = "FW" + "0" * 32, "FW" + "1" * 32
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=5)
CHECKPOINT = Checkpoint(cursors={120: NOW, 900: NOW - timedelta(hours=1)}, spans={120: 21600})

Bench = SqliteBench | DynamoDbBench


class _Reader(Protocol):
    def items(self) -> list[StoredCheckpoint]: ...


@pytest.fixture(params=["sqlite", "dynamodb"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    if request.param == "sqlite":
        return SqliteBench(tmp_path / "state" / "checkpoints.sqlite")
    table = DynamoDbBench(request.getfixturevalue("dynamodb_server"), f"reading-{uuid4().hex}")
    table.create()
    return table


def _items(bench: Bench) -> list[StoredCheckpoint]:
    reader: _Reader = bench.open()  # type: ignore[assignment]  # both adapters have it
    return reader.items()


def test_nothing_was_kept_yet(bench: Bench) -> None:
    assert _items(bench) == []


def test_every_flow_comes_with_its_checkpoint_and_lease(bench: Bench) -> None:
    checkpoints = bench.open()
    checkpoints.acquire(OTHER_FLOW, "b", NOW, UNTIL)
    checkpoints.acquire(FLOW, "a", NOW, UNTIL)
    checkpoints.save(FLOW, "a", CHECKPOINT, release=True)

    assert _items(bench) == [
        StoredCheckpoint(FLOW, CHECKPOINT),
        StoredCheckpoint(OTHER_FLOW, lease=Lease("b", UNTIL)),
    ]


def test_looking_takes_no_lease(bench: Bench) -> None:
    checkpoints = bench.open()
    checkpoints.acquire(FLOW, "a", NOW, UNTIL)

    _items(bench)

    assert checkpoints.save(FLOW, "a", CHECKPOINT)
    assert checkpoints.acquire(FLOW, "b", NOW, UNTIL) is None


def test_another_dataset_is_not_shown(bench: Bench) -> None:
    other = type(bench)(**{**vars(bench), "dataset": "elsewhere"})
    other.open().acquire(FLOW, "a", NOW, UNTIL)

    assert _items(bench) == []


def test_an_item_of_a_newer_version_hides_no_other(bench: Bench) -> None:
    checkpoints = bench.open()
    for flow_sid in (FLOW, OTHER_FLOW):
        checkpoints.acquire(flow_sid, "a", NOW, UNTIL)
        checkpoints.save(flow_sid, "a", CHECKPOINT)
    bench.set_version(FLOW, 2)

    newer, good = _items(bench)

    assert "has version 2, newer than 1" in (newer.fault or "")
    assert (newer.checkpoint, newer.lease) == (Checkpoint(), Lease("a", UNTIL))
    assert good == StoredCheckpoint(OTHER_FLOW, CHECKPOINT, Lease("a", UNTIL))
