"""The requests to S3: puts are conditional, and lists are complete."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber

from studio_export.adapters.s3 import S3Store

KEY = "executions/dt=2026-11-23/FW0-T14-00000.jsonl.gz"


@pytest.fixture
def stubbed() -> Iterator[tuple[S3Store, Stubber]]:
    client = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="AKIA", aws_secret_access_key="x"
    )
    with Stubber(client) as stub:
        yield S3Store(client, "bucket", "studio"), stub
        stub.assert_no_pending_responses()


def test_a_put_is_conditional_on_the_key_being_absent(stubbed: tuple[S3Store, Stubber]) -> None:
    store, stub = stubbed
    wanted = {
        "Bucket": "bucket",
        "Key": f"studio/{KEY}",
        "Body": b"lines",
        "ContentType": "application/gzip",
        "Metadata": {"lines": "1"},
        "IfNoneMatch": "*",
    }
    stub.add_response("put_object", {}, wanted)

    assert store.put_if_absent(KEY, b"lines", {"lines": "1"})


def test_a_list_continues_to_its_last_page(stubbed: tuple[S3Store, Stubber]) -> None:
    store, stub = stubbed
    asked = {"Bucket": "bucket", "Prefix": "studio/executions/"}
    more = {"IsTruncated": True, "NextContinuationToken": "next"}
    stub.add_response("list_objects_v2", {**more, "Contents": [{"Key": "studio/a"}]}, asked)
    stub.add_response(
        "list_objects_v2",
        {"IsTruncated": False, "Contents": [{"Key": "studio/b"}]},
        {**asked, "ContinuationToken": "next"},
    )

    assert store.list("executions/") == ["a", "b"]
