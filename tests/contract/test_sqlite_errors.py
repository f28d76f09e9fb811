"""What an error of SQLite, or of its file, means: try again, or call a person."""

import errno
import fcntl
import sqlite3
from pathlib import Path

import pytest

from studio_export.errors import (
    AccessDeniedError,
    CheckpointError,
    StoreUnusableError,
    UnavailableError,
)
from studio_export_cli.stores.sqlite import SqliteCheckpoints
from studio_export_cli.stores.sqlite_errors import translated
from tests.contract.checkpoint_tables import FLOW, NOW, UNTIL, SqliteBench


def test_a_file_that_is_no_database_is_refused_with_the_remedy(tmp_path: Path) -> None:
    sqlite = SqliteBench(tmp_path / "checkpoints.sqlite")
    sqlite.path.write_bytes(b"not a database" * 100)

    with pytest.raises(CheckpointError, match="Delete the file; nothing is lost"):
        sqlite.open().acquire(FLOW, "a", NOW, UNTIL)


def test_a_database_that_cannot_be_opened_needs_a_person(tmp_path: Path) -> None:
    with pytest.raises(AccessDeniedError, match="cannot use"):
        SqliteBench(tmp_path).open().acquire(FLOW, "a", NOW, UNTIL)


def test_a_path_that_cannot_be_looked_at_needs_a_person(tmp_path: Path) -> None:
    bench = SqliteBench(tmp_path / ("d" * 300) / "checkpoints.sqlite")
    checkpoints = SqliteCheckpoints(bench.path, "d")
    for call in (checkpoints.items, lambda: checkpoints.acquire(FLOW, "a", NOW, UNTIL)):
        with pytest.raises(AccessDeniedError, match="File name too long"):
            call()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("SQLITE_READONLY", AccessDeniedError),
        ("SQLITE_READONLY_DIRECTORY", AccessDeniedError),
        ("SQLITE_CANTOPEN_ISDIR", AccessDeniedError),
        ("SQLITE_PERM", AccessDeniedError),
        ("SQLITE_FULL", StoreUnusableError),
        ("SQLITE_IOERR_LOCK", StoreUnusableError),
        ("SQLITE_PROTOCOL", StoreUnusableError),
        ("SQLITE_CORRUPT_INDEX", CheckpointError),
        ("SQLITE_IOERR_READ", UnavailableError),
        ("SQLITE_BUSY", UnavailableError),
    ],
)
def test_an_error_of_sqlite_says_whether_to_try_again(
    name: str, error: type[Exception], tmp_path: Path
) -> None:
    cause = sqlite3.OperationalError("the cause")
    cause.sqlite_errorname = name
    translation = translated(tmp_path / "checkpoints.sqlite", cause)
    assert type(translation) is error
    assert "the cause" in str(translation)


def test_a_busy_file_where_nothing_can_be_locked_needs_another_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "lockf", no_locks)
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorname = "SQLITE_BUSY"
    with pytest.raises(StoreUnusableError, match="no file locks"):
        raise translated(tmp_path / "checkpoints.sqlite", cause)
