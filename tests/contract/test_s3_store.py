from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import Stubber

from studio_export.adapters.s3 import S3Store
from studio_export.errors import AccessDeniedError, StoreError
from tools.devkit.servers.process import free_ports
from tools.devkit.servers.server import AwsServer

KEY = "executions/dt=2026-11-23/FW0-T14-00000.jsonl.gz"
ONE_TRY = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def client(s3_server: AwsServer) -> Any:
    return boto3.client("s3", **s3_server.client_options())


@pytest.fixture
def bucket(client: Any) -> str:
    name = f"store-{uuid4().hex}"
    client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def stubbed() -> Iterator[tuple[S3Store, Stubber]]:
    client = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="AKIA",
        aws_secret_access_key="x",
        config=ONE_TRY,
    )
    with Stubber(client) as stub:
        yield S3Store(client, "bucket", "studio"), stub


def test_an_object_has_its_type_and_its_metadata(client: Any, bucket: str) -> None:
    store = S3Store(client, bucket, "studio")
    metadata = {"lines": "3", "ended": "2", "sha256": "0" * 64, "exporter": "0.1.0"}

    store.put_if_absent(KEY, b"lines", metadata)
    store.put_if_absent("rejected/0.json", b"{}", {})

    lines = client.head_object(Bucket=bucket, Key=f"studio/{KEY}")
    assert lines["ContentType"] == "application/gzip"
    assert lines["Metadata"] == metadata
    assert "ContentEncoding" not in lines
    rejected = client.head_object(Bucket=bucket, Key="studio/rejected/0.json")
    assert rejected["ContentType"] == "application/json"


@pytest.mark.parametrize("prefix", ["", "/"])
def test_the_prefix_may_be_empty(prefix: str, client: Any, bucket: str) -> None:
    store = S3Store(client, bucket, prefix)

    store.put_if_absent(KEY, b"lines", {})

    assert client.head_object(Bucket=bucket, Key=KEY)
    assert store.list("executions/") == [KEY]
    assert store.get(KEY) == b"lines"


@pytest.mark.parametrize("prefix", ["a/b", "a/b/", "/a/b"])
def test_the_prefix_is_a_folder(prefix: str, client: Any, bucket: str) -> None:
    S3Store(client, bucket, prefix).put_if_absent(KEY, b"lines", {})

    assert client.head_object(Bucket=bucket, Key=f"a/b/{KEY}")
    assert S3Store(client, bucket, "a").list("") == [f"b/{KEY}"]
    assert S3Store(client, bucket, "a/b2").list("") == []


def test_only_conditional_puts_lists_and_gets_are_ever_sent(client: Any, bucket: str) -> None:
    sent: list[tuple[str, str | None]] = []
    client.meta.events.register(
        "before-send.s3.*",
        lambda request, **_: sent.append((request.method, request.headers.get("If-None-Match"))),
    )
    store = S3Store(client, bucket, "studio")

    store.put_if_absent(KEY, b"lines", {})
    store.put_if_absent(KEY, b"lines", {})
    store.list("")
    store.get(KEY)

    assert sent == [("PUT", b"*"), ("PUT", b"*"), ("GET", None), ("GET", None)]


def calls(store: S3Store) -> dict[str, Any]:
    return {
        "s3:PutObject": lambda: store.put_if_absent(KEY, b"lines", {}),
        "s3:ListBucket": lambda: store.list("executions/"),
        "s3:GetObject": lambda: store.get(KEY),
    }


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:ListBucket", "s3:GetObject"])
class TestRefusal:
    def test_a_missing_bucket_is_named(self, action: str, s3_server: AwsServer) -> None:
        # Not as the administrator, for whom SeaweedFS makes the bucket; a put by anybody else is
        # AccessDenied to it, and NoSuchBucket to S3, which the stubbed answers below have.
        options = {**s3_server.client_options(), "aws_access_key_id": "AKIAWRITER"}
        client = boto3.client("s3", **options)
        with pytest.raises(
            AccessDeniedError, match=rf"{action} on s3://nowhere/.*(NoSuchBucket|AccessDenied)"
        ):
            calls(S3Store(client, "nowhere", "studio"))[action]()

    @pytest.mark.parametrize(
        ("identity", "code"),
        [
            ({"aws_access_key_id": "AKIAUNKNOWN"}, "InvalidAccessKeyId"),
            ({"aws_secret_access_key": "wrong"}, "SignatureDoesNotMatch"),
        ],
    )
    def test_an_unknown_identity_is_an_access_error(
        self, action: str, identity: dict[str, str], code: str, s3_server: AwsServer, bucket: str
    ) -> None:
        client = boto3.client("s3", **{**s3_server.client_options(), **identity})

        with pytest.raises(AccessDeniedError, match=rf"{action} on s3://{bucket}/.*{code}"):
            calls(S3Store(client, bucket, "studio"))[action]()

    def test_a_server_that_is_not_there_is_a_store_error(
        self, action: str, s3_server: AwsServer
    ) -> None:
        (port,) = free_ports(1)
        options = {**s3_server.client_options(), "endpoint_url": f"http://127.0.0.1:{port}"}
        client = boto3.client("s3", config=ONE_TRY, **options)

        with pytest.raises(StoreError, match=rf"{action} on s3://bucket/"):
            calls(S3Store(client, "bucket", "studio"))[action]()


def test_an_identity_that_may_only_read_cannot_put(
    s3_server: AwsServer, client: Any, bucket: str
) -> None:
    S3Store(client, bucket, "studio").put_if_absent(KEY, b"lines", {})
    options = {**s3_server.client_options(), "aws_access_key_id": "AKIAREADER"}
    store = S3Store(boto3.client("s3", **options), bucket, "studio")

    assert store.get(KEY) == b"lines"
    with pytest.raises(AccessDeniedError, match=r"s3:PutObject.*AccessDenied"):
        store.put_if_absent(KEY, b"lines", {})


@pytest.mark.parametrize(
    ("code", "status"), [("PreconditionFailed", 412), ("ConditionalRequestConflict", 409)]
)
def test_a_put_that_lost_or_may_have_lost_says_so(
    code: str, status: int, stubbed: tuple[S3Store, Stubber]
) -> None:
    store, stub = stubbed
    stub.add_client_error("put_object", code, http_status_code=status)

    assert not store.put_if_absent(KEY, b"lines", {})


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("AccessDenied", 403, AccessDeniedError),
        ("NoSuchBucket", 404, AccessDeniedError),
        ("ExpiredToken", 400, AccessDeniedError),
        ("AllAccessDisabled", 403, AccessDeniedError),
        ("KMS.DisabledException", 400, AccessDeniedError),
        ("InternalError", 500, StoreError),
        ("SlowDown", 503, StoreError),
        ("RequestTimeout", 400, StoreError),
        ("OperationAborted", 409, StoreError),
    ],
)
def test_other_answers_to_a_put(
    code: str, status: int, error: type[Exception], stubbed: tuple[S3Store, Stubber]
) -> None:
    store, stub = stubbed
    stub.add_client_error("put_object", code, "Two\nlines", http_status_code=status)

    with pytest.raises(error, match=rf"^s3:PutObject on s3://bucket/studio/{KEY} .*{code}.*$"):
        store.put_if_absent(KEY, b"lines", {})


def test_a_put_without_an_answer_is_a_store_error(stubbed: tuple[S3Store, Stubber]) -> None:
    store, _ = stubbed

    def time_out(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="https://bucket")

    store._client.meta.events.register("before-send.s3.PutObject", time_out)  # noqa: SLF001

    with pytest.raises(StoreError):
        store.put_if_absent(KEY, b"lines", {})
