"""The requests to S3: puts are conditional."""

from io import BytesIO

import boto3
from botocore.response import StreamingBody
from botocore.stub import Stubber

from studio_export.adapters.s3 import S3Store

KEY = "executions/dt=2026-11-23/FW0-T14-00000.jsonl.gz"


def test_a_put_is_conditional_on_the_key_being_absent() -> None:
    client = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="AKIA", aws_secret_access_key="x"
    )
    wanted = {
        "Bucket": "bucket",
        "Key": f"studio/{KEY}",
        "Body": b"lines",
        "ContentType": "application/gzip",
        "Metadata": {"lines": "1"},
        "IfNoneMatch": "*",
    }
    with Stubber(client) as stub:
        stub.add_response("put_object", {"ETag": "e"}, wanted)
        kept = StreamingBody(BytesIO(b"lines"), 5)
        stub.add_response("get_object", {"Body": kept, "Metadata": {}})

        assert S3Store(client, "bucket", "studio").put_if_absent(KEY, b"lines", {"lines": "1"})
        stub.assert_no_pending_responses()
