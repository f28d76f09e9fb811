from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio_export.model import Checkpoint
from studio_export_cli.stores.sqlite import SqliteCheckpoints

_FLOW = "FW" + "0" * 32
_NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.fixture
def checkpoints(tmp_path: Path) -> SqliteCheckpoints:
    return SqliteCheckpoints(tmp_path / "state" / "checkpoints.sqlite3", ".")


def test_reading_needs_no_lease_and_takes_none(checkpoints: SqliteCheckpoints) -> None:
    stored = Checkpoint({120: _NOW}, {120: 3600})
    checkpoints.acquire(_FLOW, "other", _NOW, _NOW + timedelta(minutes=1))
    checkpoints.save(_FLOW, "other", stored)
    assert checkpoints.read(_FLOW) == stored
    assert checkpoints.save(_FLOW, "other", stored)  # the other still holds the lease


def test_a_flow_never_seen_reads_as_empty(checkpoints: SqliteCheckpoints) -> None:
    checkpoints.acquire("FW" + "1" * 32, "other", _NOW, _NOW)
    assert checkpoints.read(_FLOW) == Checkpoint()


def test_reading_makes_no_file(checkpoints: SqliteCheckpoints, tmp_path: Path) -> None:
    assert checkpoints.read(_FLOW) == Checkpoint()
    assert list(tmp_path.iterdir()) == []
