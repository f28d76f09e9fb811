"""Wire an exporter from the environment, as the function and the command do."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import boto3

from studio_export import wiring
from studio_export.adapters.aws_clients import AwsClients
from studio_export.adapters.dynamodb import DynamoDbCheckpoints
from studio_export.adapters.s3 import S3Store
from studio_export.detail_settings import read_details
from studio_export.env_values import Environment
from studio_export.export.exporter import Exporter
from studio_export.function import bootstrap
from studio_export.model import Checkpoint
from studio_export.ports import Checkpoints, Clock, DatedStore
from studio_export.settings import read, read_studio
from studio_export_cli.stores.directory import DirectoryStore
from studio_export_cli.stores.sqlite import SqliteCheckpoints
from tests.protocol.kill.given_dates import GivenDates

DIRECTORY = "KILLS_DIRECTORY"  # where the embedded default exports to; unset on AWS


@dataclass(frozen=True, slots=True)
class Unleased:
    """Checkpoints without an effective lease: all callers use one owner, and never release."""

    inner: Checkpoints

    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        del owner
        return self.inner.acquire(flow_sid, "everybody", now, expires_at)

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        del owner, release
        return self.inner.save(flow_sid, "everybody", checkpoint)

    def release(self, flow_sid: str, owner: str) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class Composition:
    exporter: Exporter
    dates: GivenDates


def compose(env: Environment, clock: Clock, aws: boto3.Session) -> Composition:
    studio = read_studio(env)
    clients = AwsClients(studio.concurrency, aws)
    store: DatedStore
    checkpoints: Checkpoints
    if DIRECTORY in env:
        root = Path(env[DIRECTORY])
        store, checkpoints = DirectoryStore(root), SqliteCheckpoints(checkpoints_file(root), ".")
    else:
        settings = read(env)
        store = S3Store(clients.s3(), settings.bucket, settings.prefix)
        dataset = f"s3://{settings.bucket}/{settings.prefix}"
        table = settings.checkpoint_table
        checkpoints = DynamoDbCheckpoints(clients.dynamodb(), table, dataset)
    dates = GivenDates(store, clock)
    credentials = bootstrap.credentials(studio, clients)
    exporter = wiring.exporter(
        studio, credentials, dates, checkpoints, clock, details=read_details(env)
    )
    return Composition(exporter, dates)


def checkpoints_file(root: Path) -> Path:
    return root / ".studio-export" / "checkpoints.sqlite3"
