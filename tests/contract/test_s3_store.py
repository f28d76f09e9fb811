from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.response import StreamingBody
from botocore.stub import Stubber

from studio_export.adapters.s3 import S3Store
from studio_export.errors import AccessDeniedError, StoreError, StoreUnusableError
from tests.unit.adapters.scripted_server import ScriptedServer, Step, answer, scripted_server
from tools.devkit.servers.server import NOWHERE, AwsServer

KEY = "executions/dt=2026-11-23/FW0-T14-00000.jsonl.gz"
ASKED = {"Bucket": "bucket", "Prefix": "studio/a/"}
each_conflict = pytest.mark.parametrize(
    ("code", "status"), [("PreconditionFailed", 412), ("ConditionalRequestConflict", 409)]
)
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
def stub() -> Iterator[Stubber]:
    with Stubber(boto3.client("s3", config=ONE_TRY, **NOWHERE.client_options())) as stubber:
        yield stubber


@pytest.fixture
def stubbed(stub: Stubber) -> S3Store:
    return S3Store(stub.client, "bucket", "studio")  # type: ignore[arg-type]  # S3's client


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

    first_put_read_back = [("PUT", b"*"), ("GET", None)]
    assert sent == [*first_put_read_back, ("PUT", b"*"), ("GET", None), ("GET", None)]


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

    def test_a_server_that_is_not_there_is_a_store_error(self, action: str) -> None:
        client = boto3.client("s3", config=ONE_TRY, **NOWHERE.client_options())

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


@each_conflict
def test_a_put_that_lost_or_may_have_lost_says_so(
    code: str, status: int, stubbed: S3Store, stub: Stubber
) -> None:
    stub.add_client_error("put_object", code, http_status_code=status)

    assert not stubbed.put_if_absent(KEY, b"lines", {})


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
        ("QuotaExceeded", 400, StoreUnusableError),
        ("QuotaExceeded", 503, StoreUnusableError),
        ("InvalidRequest", 400, StoreUnusableError),  # Object Lock without a checksum
        ("EntityTooLarge", 400, StoreUnusableError),
        ("MethodNotAllowed", 405, StoreUnusableError),
        ("MissingContentLength", 411, StoreUnusableError),
        ("NotImplemented", 501, StoreUnusableError),
        ("XMinioStorageFull", 507, StoreUnusableError),
        ("ThrottlingException", 400, StoreError),
        ("BadDigest", 400, StoreError),
        ("RequestTimeout", 400, StoreError),
        ("OperationAborted", 409, StoreError),
    ],
)
def test_other_answers_to_a_put(
    code: str, status: int, error: type[Exception], stubbed: S3Store, stub: Stubber
) -> None:
    stub.add_client_error("put_object", code, "Two\nlines", http_status_code=status)

    with pytest.raises(error, match=rf"^s3:PutObject on s3://bucket/studio/{KEY} .*{code}.*$"):
        stubbed.put_if_absent(KEY, b"lines", {})


@each_conflict
def test_a_taken_key_after_a_retry_of_the_sdk_is_a_doubt(
    code: str, status: int, stubbed: S3Store, stub: Stubber
) -> None:
    stub.add_client_error(
        "put_object", code, http_status_code=status, response_meta={"RetryAttempts": 1}
    )

    with pytest.raises(StoreError, match=rf"{KEY}: the key exists; an earlier attempt"):
        stubbed.put_if_absent(KEY, b"lines", {})


def _kept(body: bytes) -> dict[str, Any]:
    return {"Body": StreamingBody(BytesIO(body), len(body)), "Metadata": {}}


def test_the_first_object_of_a_process_is_read_back(stubbed: S3Store, stub: Stubber) -> None:
    stub.add_response("put_object", {"ETag": "e"})
    stub.add_response("get_object", _kept(b"5;chunk-signature=0\r\nlines\r\n0\r\n\r\n"))

    with pytest.raises(
        StoreUnusableError, match=rf"{KEY} has other bytes.*AWS_REQUEST_CHECKSUM_CALCULATION"
    ):
        stubbed.put_if_absent(KEY, b"lines", {})


def test_an_object_that_cannot_be_read_back_is_ours_and_the_next_one_is_read_back(
    stubbed: S3Store,
    stub: Stubber,
) -> None:
    stub.add_response("put_object", {"ETag": "e"})
    stub.add_client_error("get_object", "InternalError", http_status_code=500)
    stub.add_response("put_object", {"ETag": "e"})
    stub.add_response("get_object", _kept(b"lines"))
    stub.add_response("put_object", {"ETag": "e"})

    assert all(stubbed.put_if_absent(KEY, b"lines", {}) for _ in range(3))
    stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ({"IsTruncated": True}, "contradict"),
        ({"IsTruncated": False, "NextContinuationToken": "t"}, "contradict"),
        ({}, "no IsTruncated"),
        ({"IsTruncated": True, "NextContinuationToken": "t0"}, "repeats"),
        ({"IsTruncated": False, "Contents": [{"Key": "studio/a/2"}]}, "comes after"),
        ({"IsTruncated": False, "Contents": [{"Key": "studio/a/1"}]}, "comes after"),
        ({"IsTruncated": False, "Contents": [{"Key": "studio/a/3"}] * 2}, "comes after"),
        ({"IsTruncated": False, "Contents": [{"Key": "studio/b/3"}]}, "does not start with"),
        ({"IsTruncated": False, "Contents": [{}]}, "does not start with"),
    ],
)
def test_a_list_is_complete_or_an_error(
    page: dict[str, Any], fault: str, stubbed: S3Store, stub: Stubber
) -> None:
    first = {"IsTruncated": True, "NextContinuationToken": "t0"}
    keys = [{"Key": "studio/a/1"}, {"Key": "studio/a/2"}]
    stub.add_response("list_objects_v2", {**first, "Contents": keys})
    stub.add_response("list_objects_v2", page)

    with pytest.raises(StoreError, match=f"list of s3://bucket/studio/a/ is truncated .*{fault}"):
        stubbed.list("a/")


def test_a_list_of_empty_pages_without_end_is_an_error(stubbed: S3Store, stub: Stubber) -> None:
    for number in range(200):
        token = {"IsTruncated": True, "NextContinuationToken": f"t{number}"}
        stub.add_response("list_objects_v2", token)

    with pytest.raises(StoreError, match=r"truncated .*pages in a row have no key"):
        stubbed.list("a/")


def test_an_empty_page_in_a_list_is_no_end_of_it(stubbed: S3Store, stub: Stubber) -> None:
    stub.add_response("list_objects_v2", {"IsTruncated": True, "NextContinuationToken": "t"})
    last = {"IsTruncated": False, "Contents": [{"Key": "studio/a/1"}]}
    stub.add_response("list_objects_v2", last, {**ASKED, "ContinuationToken": "t"})

    assert stubbed.list("a/") == ["a/1"]


def store_at(server: ScriptedServer) -> S3Store:
    options = AwsServer("scripted", server.url).client_options()
    return S3Store(boto3.client("s3", config=ONE_TRY, **options), "bucket", "studio")


@pytest.mark.parametrize(
    "body",
    [b"<html><body>Sign in</body></html>", b"<html><p>Sign in</html>", b"not XML", b""],
    ids=["html", "malformed", "text", "empty"],
)
def test_a_page_of_a_proxy_is_no_list(body: bytes) -> None:
    pages = [answer(200, body)] * 9
    with scripted_server(*pages) as server, pytest.raises(StoreError, match=r"list|ListBucket"):
        store_at(server).list("executions/")


@pytest.mark.parametrize(
    "step",
    [Step(then="close"), answer(500), answer(200, b"<html>Sign in</html>"), answer(200, b"")],
    ids=["closed", "500", "page of a network", "no ETag"],
)
def test_a_put_that_s3_did_not_acknowledge_is_a_store_error(step: Step) -> None:
    with scripted_server(step) as server, pytest.raises(StoreError, match="PutObject"):
        store_at(server).put_if_absent(KEY, b"", {})
