"""Keep objects in S3. Every put is conditional, and nothing is deleted."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from studio_export.adapters.aws_errors import code_of, translated
from studio_export.errors import StoreError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONTENT_TYPES = {".gz": "application/gzip", ".json": "application/json"}

# 412: the key exists, perhaps from an earlier attempt whose response was lost.
# 409: another put of the key is in progress. S3 says to try again; the log is read again instead.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
_CONFLICTS = {"PreconditionFailed", "ConditionalRequestConflict"}


class S3Store:
    """A `Store` in `bucket`, below `prefix` (which may be empty)."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._root = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def list(self, prefix: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._root + prefix
        )
        try:
            found = [item["Key"] for page in pages for item in page.get("Contents", [])]
        except (ClientError, BotoCoreError) as error:
            raise translated(error, "s3:ListBucket", self._place(prefix), StoreError) from error
        return sorted(key.removeprefix(self._root) for key in found)

    def get(self, key: str) -> bytes:
        return self.read(key)[0]

    def read(self, key: str) -> tuple[bytes, Mapping[str, str]]:
        """Return the object and its metadata, or raise `StoreError` if it does not exist."""
        try:
            response = self._client.get_object(Bucket=self._bucket, Key=self._root + key)
            return response["Body"].read(), response["Metadata"]
        except (ClientError, BotoCoreError) as error:
            raise translated(error, "s3:GetObject", self._place(key), StoreError) from error

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        suffix = key[key.rfind(".") :]
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._root + key,
                Body=body,
                ContentType=_CONTENT_TYPES.get(suffix, "application/octet-stream"),
                Metadata=dict(metadata),
                IfNoneMatch="*",
            )
        except ClientError as error:
            if code_of(error) in _CONFLICTS:
                return False
            raise translated(error, "s3:PutObject", self._place(key), StoreError) from error
        except BotoCoreError as error:
            raise translated(error, "s3:PutObject", self._place(key), StoreError) from error
        return True

    def _place(self, key: str) -> str:
        return f"s3://{self._bucket}/{self._root}{key}"
