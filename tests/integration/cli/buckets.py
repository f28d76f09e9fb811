"""An export in a bucket of a real S3 server."""

from pathlib import Path

import boto3
import pytest

from studio_export.adapters.s3 import S3Store
from studio_export_cli.stores.directory import DirectoryStore
from tools.devkit.servers.server import AwsServer


def copied(root: Path, bucket: str, server: AwsServer, patch: pytest.MonkeyPatch) -> S3Store:
    """The logs of the export in `root`, in a new bucket; AWS's variables then name its server."""
    for name, value in server.environment().items():
        patch.setenv(name, value)
    client = boto3.client("s3", **server.client_options())
    client.create_bucket(Bucket=bucket)
    store = S3Store(client, bucket, "studio")
    for key in DirectoryStore(root).list("executions/"):
        store.put_if_absent(key, (root / key).read_bytes(), {})
    return store
