"""The stores under contract: values that any process can open, as the races need."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import boto3

from studio_export.adapters.s3 import S3Store
from studio_export.ports import Store
from studio_export_cli.stores.directory import DirectoryStore
from tools.devkit.fakes.store import MemoryStore
from tools.devkit.servers.server import AwsServer


class StoreBench(Protocol):
    """`rounds`: how many races it can run in a test's time."""

    @property
    def across_processes(self) -> bool: ...

    @property
    def rounds(self) -> int: ...

    def open(self) -> Store: ...


@dataclass(frozen=True)
class MemoryBench:
    store: MemoryStore = field(default_factory=MemoryStore)
    across_processes: bool = False
    rounds: int = 50

    def open(self) -> Store:
        return self.store


@dataclass(frozen=True)
class DirectoryBench:
    root: Path
    across_processes: bool = True
    rounds: int = 50

    def open(self) -> Store:
        return DirectoryStore(self.root)


@dataclass(frozen=True)
class S3Bench:
    server: AwsServer
    bucket: str
    prefix: str
    across_processes: bool = True
    rounds: int = 3  # a loser may wait for seconds: SeaweedFS polls its lock once a second

    def open(self) -> Store:
        client = boto3.client("s3", **self.server.client_options())
        return S3Store(client, self.bucket, self.prefix)


def put(bench: StoreBench, key: str, body: bytes) -> bool:
    return bench.open().put_if_absent(key, body, {})


def put_for_ever(bench: StoreBench, prefix: str, body: bytes, first: int) -> None:
    """Put numbered objects until killed. Each begins with its key, which makes it unique."""
    store = bench.open()
    number = first
    while True:
        key = f"{prefix}{number:05d}"
        store.put_if_absent(key, key.encode() + body, {})
        number += 1
