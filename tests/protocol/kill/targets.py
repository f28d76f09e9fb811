"""Where the killed processes export to, and how the campaign reads it without the exporter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import boto3

from studio_export.adapters.dynamodb import DynamoDbCheckpoints
from studio_export.model import Checkpoint
from studio_export_cli.stores.sqlite import SqliteCheckpoints
from tests.contract.checkpoint_tables import DynamoDbBench
from tests.protocol.kill.composition import DIRECTORY, checkpoints_file
from tests.protocol.kill.wiretap import Wiretap
from tools.devkit.servers.server import AwsServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Home(Protocol):
    """The destination of one life."""

    def environment(self, tap: Wiretap) -> dict[str, str]:
        """Return the variables that point the function here, through the tap."""
        ...

    def objects(self, known: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return all objects; a `known` one is read again only if it changed."""
        ...

    def checkpoint(self, flow_sid: str) -> Checkpoint: ...


class Target(Protocol):
    def home(self, name: str) -> Home: ...


@dataclass(frozen=True, slots=True)
class DirectoryTarget:
    root: Path

    def home(self, name: str) -> Home:
        return _Directory(self.root / name)


@dataclass(frozen=True, slots=True)
class _Directory:
    root: Path

    def environment(self, tap: Wiretap) -> dict[str, str]:
        del tap  # there is no connection but the Studio's
        return {DIRECTORY: str(self.root)}

    def objects(self, known: Mapping[str, bytes]) -> dict[str, bytes]:
        del known  # reading all is quick
        files = [file for file in self.root.glob("[!.]*/**/*") if file.is_file()]
        return {str(file.relative_to(self.root)): file.read_bytes() for file in files}

    def checkpoint(self, flow_sid: str) -> Checkpoint:
        return SqliteCheckpoints(checkpoints_file(self.root), ".").read(flow_sid)


@dataclass(frozen=True, slots=True)
class AwsTarget:
    """A bucket and a table; `prepare` makes them, and they must not exist."""

    s3: AwsServer
    dynamodb: AwsServer
    bucket: str
    table: str

    def prepare(self) -> None:
        boto3.client("s3", **self.s3.client_options()).create_bucket(Bucket=self.bucket)
        DynamoDbBench(self.dynamodb, self.table).create()

    def home(self, name: str) -> Home:
        return _Prefix(self, name)


@dataclass
class _Prefix:
    target: AwsTarget
    prefix: str
    _etags: dict[str, str] = field(default_factory=dict)

    def environment(self, tap: Wiretap) -> dict[str, str]:
        target = self.target
        # dynalite ends when a request breaks off in its body. To DynamoDB that is no request.
        dynamodb = tap.lead(target.dynamodb.endpoint, whole=True)
        return {
            **target.s3.environment(),
            "AWS_ENDPOINT_URL_S3": tap.lead(target.s3.endpoint),
            "AWS_ENDPOINT_URL_DYNAMODB": dynamodb,
            "EXPORT_BUCKET": target.bucket,
            "EXPORT_PREFIX": self.prefix,
            "CHECKPOINT_TABLE": target.table,
        }

    def objects(self, known: Mapping[str, bytes]) -> dict[str, bytes]:
        found = {}
        for key, etag in self._listed().items():
            unchanged = key in known and self._etags.get(key) == etag
            found[key] = known[key] if unchanged else self._read(key)
            self._etags[key] = etag
        return found

    def checkpoint(self, flow_sid: str) -> Checkpoint:
        return self._checkpoints.read(flow_sid)

    def _listed(self) -> dict[str, str]:
        """Return the ETag of each key."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.target.bucket, Prefix=f"{self.prefix}/"
        )
        items = [item for page in pages for item in page.get("Contents", [])]
        return {item["Key"].removeprefix(f"{self.prefix}/"): item["ETag"] for item in items}

    def _read(self, key: str) -> bytes:
        answer = self._s3.get_object(Bucket=self.target.bucket, Key=f"{self.prefix}/{key}")
        return answer["Body"].read()

    @cached_property
    def _s3(self) -> "S3Client":
        return boto3.client("s3", **self.target.s3.client_options())

    @cached_property
    def _checkpoints(self) -> DynamoDbCheckpoints:
        client = boto3.client("dynamodb", **self.target.dynamodb.client_options())
        dataset = f"s3://{self.target.bucket}/{self.prefix}"
        return DynamoDbCheckpoints(client, self.target.table, dataset)
