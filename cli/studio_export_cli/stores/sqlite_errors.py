"""Translate SQLite's exceptions to the errors of this project."""

import fcntl
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path

from studio_export.errors import (
    AccessDeniedError,
    CheckpointError,
    StoreUnusableError,
    UnavailableError,
)

_CORRUPT = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_REFUSED = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")
_UNUSABLE = {
    "SQLITE_FULL": "Make room on the disk.",
    "SQLITE_NOLFS": "Use a file system that allows large files.",
    "SQLITE_PROTOCOL": "Use a local disk: SQLite needs file locks.",
    "SQLITE_IOERR_LOCK": "Use a local disk: SQLite needs file locks.",
    "SQLITE_IOERR_RDLOCK": "Use a local disk: SQLite needs file locks.",
    "SQLITE_IOERR_UNLOCK": "Use a local disk: SQLite needs file locks.",
    "SQLITE_IOERR_CHECKRESERVEDLOCK": "Use a local disk: SQLite needs file locks.",
}


def translated(path: Path, error: sqlite3.Error) -> Exception:
    """Return the error of this project for one of SQLite on the file at `path`."""
    name = str(getattr(error, "sqlite_errorname", ""))  # extended: SQLITE_READONLY_DBMOVED
    if name.startswith(_CORRUPT):
        return CheckpointError(f"{path} is corrupt: {error}. Delete the file; nothing is lost.")
    if name.startswith(_REFUSED):
        return AccessDeniedError(
            f"cannot use {path}: {error}. Fix its permissions, or give another --checkpoints."
        )
    if name in _UNUSABLE:
        return StoreUnusableError(f"cannot use {path}: {error}. {_UNUSABLE[name]}")
    if name.startswith("SQLITE_BUSY") and not _has_file_locks(path.parent):
        return StoreUnusableError(
            f"cannot use {path}: {error}. The file system has no file locks: give a --checkpoints"
            " on a local disk."
        )
    return UnavailableError(f"cannot use {path}: {error}. Run the command again.")


def _has_file_locks(directory: Path) -> bool:
    """Whether files of a directory can be locked: SQLite reports that they cannot as busy.

    It locks a file of its own. To open and close the database here would give up the locks that
    this process holds on it.
    """
    with suppress(OSError), tempfile.TemporaryFile(dir=directory) as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True
