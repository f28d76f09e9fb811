"""The exporter, wired as the Lambda wires it, against the stub."""

import os
from collections.abc import Callable
from datetime import datetime
from functools import partial

import boto3

from studio_export import wiring
from studio_export.adapters.aws_clients import AwsClients
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.s3 import S3Store
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.export import ages
from studio_export.export.exporter import Exporter
from studio_export.model import Credentials, Replay, Span
from studio_export.settings import StudioSettings
from tools.bench.pages import FLOW_SID
from tools.devkit.fakes.checkpoints import MemoryCheckpoints

_FAR_SECONDS = 1e6


def export(url: str, start: str, stop: str) -> Callable[[], None]:
    """Export the range, with one request at a time."""
    span = Span(datetime.fromisoformat(start), datetime.fromisoformat(stop))
    return partial(_run, _exporter(url, 1), Replay(span))


def backfill(url: str, concurrency: str) -> Callable[[], None]:
    """The first run of a Flow: 30 days."""
    return partial(_run, _exporter(url, int(concurrency)), None)


def _run(exporter: Exporter, replay: Replay | None) -> None:
    summary = exporter.export(replay, "bench", _FAR_SECONDS)
    if not summary.complete or not summary.totals.lines:
        raise RuntimeError(f"the export is not complete: {summary}")


def _exporter(url: str, concurrency: int) -> Exporter:
    credentials = Credentials("SK" + "0" * 32, "secret")
    studio = StudioSettings(
        flow_sids=(FLOW_SID,),
        secret_id=None,
        credentials=credentials,
        base_url=url,
        concurrency=concurrency,
        scale=ages.DEFAULT_AGES,
        lookback_seconds=ages.RETENTION,
    )
    client = boto3.client("s3", endpoint_url=url, config=AwsClients(concurrency).config)
    return wiring.exporter(
        studio,
        StaticCredentials(credentials),
        S3Store(client, "bucket", f"studio-{os.getpid()}"),
        MemoryCheckpoints(),
        SystemClock(),
    )


WORKS: dict[str, Callable[..., Callable[[], None]]] = {"export": export, "backfill": backfill}
