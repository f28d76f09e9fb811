"""The benchmark's S3 answers as S3 does what the exporter relies on."""

import boto3

from studio_export.adapters.s3 import S3Store
from tools.bench.measure import stub
from tools.bench.pages import Dataset
from tools.devkit.servers.server import AwsServer

KEY = "executions/dt=2026-11-23/FW0123456789abcdef0123456789abcdef-T14-00000.jsonl.gz"


def test_an_object_is_listed_and_read_and_no_second_put_replaces_it() -> None:
    with stub(Dataset(1, 800)) as url:
        client = boto3.client("s3", **AwsServer("stub", url).client_options())
        store = S3Store(client, "bucket", "studio")

        assert store.put_if_absent(KEY, b"first", {})
        assert not store.put_if_absent(KEY, b"second", {})
        assert store.list("executions/dt=2026-11-23/") == [KEY]
        assert store.get(KEY) == b"first"
