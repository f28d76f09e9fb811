"""Checkpoints in a SQLite file, the default of the command."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from studio_export.adapters import checkpoint_codec as codec
from studio_export.adapters import hints_codec
from studio_export.errors import AccessDeniedError, CheckpointError
from studio_export.model import Checkpoint, StoredCheckpoint
from studio_export_cli.stores.sqlite_errors import translated

_BUSY_SECONDS = 30.0

_TABLE = """
CREATE TABLE IF NOT EXISTS checkpoints (
    dataset TEXT NOT NULL, flow_sid TEXT NOT NULL,
    cursors TEXT NOT NULL DEFAULT '{}', spans TEXT NOT NULL DEFAULT '{}',
    holes TEXT NOT NULL DEFAULT '{}', hints BLOB,
    lease TEXT, lease_until INTEGER, version INTEGER NOT NULL,
    PRIMARY KEY (dataset, flow_sid)
)"""
_READ = """
SELECT version, cursors, spans, holes, hints, lease, lease_until FROM checkpoints
WHERE dataset = :dataset AND flow_sid = :flow"""
_ITEMS = """
SELECT flow_sid, version, cursors, spans, holes, hints, lease, lease_until FROM checkpoints
WHERE dataset = :dataset ORDER BY flow_sid"""
_TAKE = """
INSERT INTO checkpoints (dataset, flow_sid, lease, lease_until, version)
VALUES (:dataset, :flow, :owner, :expires_at, :version)
ON CONFLICT DO UPDATE SET lease = :owner, lease_until = :expires_at"""
_SAVE = """
UPDATE checkpoints SET cursors = :cursors, spans = :spans, holes = :holes, hints = :hints,
    version = :version,
    lease = CASE WHEN :release THEN NULL ELSE lease END,
    lease_until = CASE WHEN :release THEN NULL ELSE lease_until END
WHERE dataset = :dataset AND flow_sid = :flow AND lease = :owner"""
_RELEASE = """
UPDATE checkpoints SET lease = NULL, lease_until = NULL
WHERE dataset = :dataset AND flow_sid = :flow AND lease = :owner"""


class SqliteCheckpoints:
    """`Checkpoints` in the file at `path`, shared by any threads and processes of one machine.

    Every call is one transaction on its own connection, so threads share nothing and nothing stays
    open. There is one call per listing, so the cost is negligible.
    """

    def __init__(self, path: Path, dataset: str) -> None:
        self._path = path
        self._dataset = dataset

    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        keys = {"dataset": self._dataset, "flow": flow_sid}
        take = {
            **keys,
            "owner": owner,
            "expires_at": codec.lease_end(expires_at),
            "version": codec.VERSION,
        }
        with self._transaction() as connection:
            row = connection.execute(_READ, keys).fetchone()
            if row is None:
                connection.execute(_TAKE, take)
                return Checkpoint()
            checkpoint = self._checkpoint(flow_sid, row)
            *_, lease, ends = row
            if lease in (None, owner) or ends is None or ends <= codec.lease_now(now):
                connection.execute(_TAKE, take)
                return checkpoint
            return None

    def read(self, flow_sid: str) -> Checkpoint:
        """Return the checkpoint, without the lease; empty for a new Flow."""
        if not self._exists():
            return Checkpoint()
        with self._transaction() as connection:
            keys = {"dataset": self._dataset, "flow": flow_sid}
            row = connection.execute(_READ, keys).fetchone()
            return self._checkpoint(flow_sid, row) if row else Checkpoint()

    def items(self) -> list[StoredCheckpoint]:
        """Return every Flow's checkpoint and lease as stored, ordered by Sid."""
        if not self._exists():
            return []
        with self._transaction() as connection:
            rows = connection.execute(_ITEMS, {"dataset": self._dataset}).fetchall()
        return [self._stored(flow_sid, row) for flow_sid, *row in rows]

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        values: dict[str, str | int | bytes] = {
            "dataset": self._dataset,
            "flow": flow_sid,
            "owner": owner,
            "version": codec.VERSION,
            "release": release,
            "hints": hints_codec.encode(checkpoint, flow_sid),
        }
        values |= {name: json.dumps(texts) for name, texts in codec.maps_of(checkpoint).items()}
        with self._transaction() as connection:
            return connection.execute(_SAVE, values).rowcount == 1

    def release(self, flow_sid: str, owner: str) -> None:
        values = {"dataset": self._dataset, "flow": flow_sid, "owner": owner}
        with self._transaction() as connection:
            connection.execute(_RELEASE, values)

    def _exists(self) -> bool:
        try:
            return self._path.exists()
        except OSError as error:
            raise AccessDeniedError(f"cannot open {self._path}: {error}") from error

    def _stored(self, flow_sid: str, row: Any) -> StoredCheckpoint:
        lease = codec.read_lease(*row[-2:])
        try:
            return StoredCheckpoint(flow_sid, self._checkpoint(flow_sid, row), lease)
        except CheckpointError as error:
            return StoredCheckpoint(flow_sid, lease=lease, fault=str(error))

    def _checkpoint(self, flow_sid: str, row: Any) -> Checkpoint:
        version, cursors, spans, holes, hints, *_ = row
        codec.refuse_newer(flow_sid, str(self._path), str(version))
        return codec.read_checkpoint(
            flow_sid,
            str(self._path),
            self._texts(flow_sid, cursors),
            self._texts(flow_sid, spans),
            self._texts(flow_sid, holes),
            hints,
        )

    def _texts(self, flow_sid: str, column: Any) -> dict[str, str]:
        try:
            value = json.loads(column)
        except (TypeError, ValueError) as error:
            raise codec.malformed(flow_sid, str(self._path), f"no JSON: {error}") from error
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise codec.malformed(flow_sid, str(self._path), "no JSON object of texts")
        return value

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(
                sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            ) as connection:
                # IMMEDIATE: a lock taken at the first read cannot be lost before the write.
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_TABLE)
                _add_columns(connection)
                yield connection
                connection.execute("COMMIT")
        except OSError as error:
            raise AccessDeniedError(
                f"cannot make the directory of {self._path}: {error}. Fix its permissions."
            ) from error
        except sqlite3.Error as error:
            raise translated(self._path, error) from error


def _add_columns(connection: sqlite3.Connection) -> None:
    """Give a file of an earlier version the columns that it lacks."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(checkpoints)")}
    for name, kind in (("holes", "TEXT NOT NULL DEFAULT '{}'"), ("hints", "BLOB")):
        if name not in columns:
            connection.execute(f"ALTER TABLE checkpoints ADD COLUMN {name} {kind}")
