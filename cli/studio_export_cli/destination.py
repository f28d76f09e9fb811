"""The dataset of a command: a directory or an S3 prefix, and its checkpoints."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from studio_export.errors import ConfigurationError
from studio_export.model import StoredCheckpoint
from studio_export.ports import Checkpoints, Store
from studio_export.settings import BUCKET_PATTERN, PREFIX_PATTERN, TABLE_PATTERN, Environment
from studio_export_cli import aws
from studio_export_cli.stores.directory import DirectoryStore
from studio_export_cli.stores.sqlite import SqliteCheckpoints

# A directory contains its checkpoints and may be moved, so their key does not have its name.
_HERE = "."
_FILE = "checkpoints.sqlite3"
_BUCKET = rf"(?P<bucket>{BUCKET_PATTERN})"
_PREFIX = rf"(?P<prefix>{PREFIX_PATTERN})"
_TABLE = rf"dynamodb:(?P<table>{TABLE_PATTERN})"


class ReadableCheckpoints(Checkpoints, Protocol):
    def items(self) -> list[StoredCheckpoint]:
        """Return every Flow's checkpoint and lease as stored, ordered by Sid."""
        ...


class ReadableStore(Store, Protocol):
    def read(self, key: str) -> tuple[bytes, Mapping[str, str]]:
        """Return the object and its metadata, which is empty if the store keeps none."""
        ...


@dataclass(frozen=True, slots=True)
class Destination:
    """An open dataset. `local`: reading all of it costs no requests."""

    name: str
    store: ReadableStore
    checkpoints: ReadableCheckpoints
    local: bool


def open_destination(
    to: str, checkpoints: str | None, env: Environment, concurrency: int
) -> Destination:
    """Open the dataset at `to`, a directory or `s3://bucket/prefix`.

    `checkpoints` is `dynamodb:TABLE` or a file; None for the default file.

    Raises:
        ConfigurationError: an argument is malformed, or AWS is not configured.
    """
    if "://" not in to:
        root = Path(to)
        if root.exists() and not root.is_dir():
            raise ConfigurationError(
                f"--to {to} is a file. Give a directory or s3://BUCKET/PREFIX."
            )
        file = root / ".studio-export" / _FILE
        items = _checkpoints(checkpoints, file, _HERE, f"file://{root.resolve()}", concurrency)
        return Destination(to, DirectoryStore(root), items, local=True)
    match = re.fullmatch(f"s3://{_BUCKET}/{_PREFIX}/?", to)
    if not match:
        raise ConfigurationError(f"--to {to} is malformed. Give a directory or s3://BUCKET/PREFIX.")
    bucket, prefix = match["bucket"], match["prefix"]
    dataset = f"s3://{bucket}/{prefix}"
    items = _checkpoints(checkpoints, _state_file(env), dataset, dataset, concurrency)
    store = aws.s3_store(bucket, prefix, concurrency)
    return Destination(dataset, store, items, local=False)


def _checkpoints(
    wanted: str | None, default: Path, here: str, dataset: str, concurrency: int
) -> ReadableCheckpoints:
    """Open the checkpoints. `here` names the dataset in its own file, `dataset` elsewhere."""
    if wanted is None:
        return SqliteCheckpoints(default, here)
    if not wanted.startswith("dynamodb:"):
        return SqliteCheckpoints(Path(wanted), dataset)
    match = re.fullmatch(_TABLE, wanted)
    if not match:
        raise ConfigurationError(
            f"--checkpoints {wanted} is malformed. Give dynamodb:TABLE or a file."
        )
    return aws.dynamodb_checkpoints(match["table"], dataset, concurrency)


def _state_file(env: Environment) -> Path:
    """Return the file for state in the XDG base directories."""
    home = Path(env.get("XDG_STATE_HOME") or "~/.local/state").expanduser()
    return home / "studio-export" / _FILE
