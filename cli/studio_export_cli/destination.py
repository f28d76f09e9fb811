"""The dataset of a command: a directory or an S3 prefix, and its checkpoints."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from studio_export.env_values import Environment
from studio_export.errors import ConfigurationError
from studio_export.model import StoredCheckpoint
from studio_export.ports import Checkpoints, DatedStore
from studio_export.settings import BUCKET_PATTERN, PREFIX_PATTERN, TABLE_PATTERN
from studio_export_cli import aws
from studio_export_cli.places import DATASET, check_directory, check_file, parse_path
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


class ReadableStore(DatedStore, Protocol):
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


def nothing_exported(name: str) -> ConfigurationError:
    return ConfigurationError(f"nothing is exported to {name}. Give the --to of an export.")


def open_destination(
    to: str, checkpoints: str | None, env: Environment, concurrency: int
) -> Destination:
    """Open the dataset at `to`, a directory or `s3://bucket/prefix`.

    `checkpoints` is `dynamodb:TABLE` or a file; None for the default file.

    Raises:
        ConfigurationError: an argument is malformed, or AWS is not configured.
    """
    if not to.startswith("s3://"):
        return _open_directory(to, checkpoints, concurrency)
    match = re.fullmatch(f"s3://{_BUCKET}/{_PREFIX}/?", to)
    if not match:
        raise ConfigurationError(f"--to {to} is malformed. Give {DATASET}.")
    bucket, prefix = match["bucket"], match["prefix"]
    dataset = f"s3://{bucket}/{prefix}"
    if checkpoints is None:
        items: ReadableCheckpoints = SqliteCheckpoints(_state_file(env), dataset)
    else:
        items = _checkpoints(checkpoints, dataset, concurrency)
    store = aws.s3_store(bucket, prefix, concurrency)
    return Destination(dataset, store, items, local=False)


def _open_directory(to: str, checkpoints: str | None, concurrency: int) -> Destination:
    root = parse_path("--to", to, DATASET)
    check_directory("--to", root)
    items: ReadableCheckpoints
    if checkpoints is None:
        items = SqliteCheckpoints(root / ".studio-export" / _FILE, _HERE)
    else:
        # SQLite takes UTF-8 only, and a name may have any bytes.
        path = os.fsencode(root.resolve()).decode(errors="backslashreplace")
        items = _checkpoints(checkpoints, f"file://{path}", concurrency)
    return Destination(to, DirectoryStore(root), items, local=True)


def _checkpoints(wanted: str, dataset: str, concurrency: int) -> ReadableCheckpoints:
    """Open the checkpoints of a dataset that are not at their default place."""
    if not wanted.startswith("dynamodb:"):
        file = parse_path("--checkpoints", wanted, "dynamodb:TABLE or a file")
        check_file("--checkpoints", file)
        return SqliteCheckpoints(file, dataset)
    match = re.fullmatch(_TABLE, wanted)
    if not match:
        raise ConfigurationError(
            f"--checkpoints {wanted} is malformed. Give dynamodb:TABLE or a file."
        )
    return aws.dynamodb_checkpoints(match["table"], dataset, concurrency)


def _state_file(env: Environment) -> Path:
    """Return the file for state in the XDG base directories."""
    try:
        home = Path(env.get("XDG_STATE_HOME") or "~/.local/state").expanduser()
    except RuntimeError as error:  # HOME is not set, and the system does not know the user
        raise ConfigurationError(
            "the directory for checkpoints is unknown: this user has no home directory."
            " Give --checkpoints, or set XDG_STATE_HOME."
        ) from error
    if not home.is_absolute():
        raise ConfigurationError(
            f"XDG_STATE_HOME {str(home)!r} is not absolute. Give an absolute path."
        )
    file = home / "studio-export" / _FILE
    check_file("XDG_STATE_HOME" if env.get("XDG_STATE_HOME") else "the file of checkpoints", file)
    return file
