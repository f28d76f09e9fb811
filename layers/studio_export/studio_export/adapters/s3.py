"""Keep objects in S3. Every put is conditional, and nothing is deleted."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from studio_export.adapters.aws_errors import aws_call, code_of
from studio_export.adapters.s3_listing import ListedKeys, ListingFaultError
from studio_export.errors import StoreError, StoreUnusableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectsV2RequestTypeDef

_CONTENT_TYPES = {".gz": "application/gzip", ".json": "application/json"}

# 412: the key exists. 409: another put of the key is in progress. S3 says to try again; the log is
# read again instead. After a retry of the SDK, either may be about the SDK's own earlier attempt.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
_CONFLICTS = {"PreconditionFailed", "ConditionalRequestConflict"}


class S3Store:
    """A `Store` in `bucket`, below `prefix` (which may be empty)."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._root = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._verified = False

    def list(self, prefix: str) -> list[str]:
        """Return every key that starts with `prefix`, ascending.

        Raises:
            StoreError: the list is not complete.
        """
        return [key.removeprefix(self._root) for key in self._listed(prefix).keys]

    def written(self, prefix: str) -> Sequence[tuple[str, datetime]]:
        """Return every key that starts with `prefix` and its `LastModified`, by key.

        Raises:
            StoreError: the list is not complete.
        """
        listed = self._listed(prefix)
        keys = (key.removeprefix(self._root) for key in listed.keys)
        return list(zip(keys, listed.written, strict=True))

    def _listed(self, prefix: str) -> ListedKeys:
        listed = ListedKeys(self._root + prefix)
        following: ListObjectsV2RequestTypeDef = {
            "Bucket": self._bucket,
            "Prefix": self._root + prefix,
        }
        while True:
            with self._call("s3:ListBucket", prefix):
                page = self._client.list_objects_v2(**following)
            try:
                token = listed.add(page)
            except ListingFaultError as error:
                raise StoreError(
                    f"the list of {self._place(prefix)} is truncated or malformed: {error}."
                    " Check that the endpoint is S3; nothing was concluded from the list."
                ) from error
            if token is None:
                return listed
            following["ContinuationToken"] = token

    def get(self, key: str) -> bytes:
        return self.read(key)[0]

    def read(self, key: str) -> tuple[bytes, Mapping[str, str]]:
        """Return the object and its metadata, or raise `StoreError` if it does not exist."""
        with self._call("s3:GetObject", key):
            response = self._client.get_object(Bucket=self._bucket, Key=self._root + key)
            return response["Body"].read(), response["Metadata"]

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        if not self._put(key, body, metadata):
            return False
        if not self._verified:
            self._verify(key, body)
        return True

    def _put(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        suffix = key[key.rfind(".") :]
        with self._call("s3:PutObject", key):
            try:
                response = self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._root + key,
                    Body=body,
                    ContentType=_CONTENT_TYPES.get(suffix, "application/octet-stream"),
                    Metadata=dict(metadata),
                    IfNoneMatch="*",
                )
                fault = "" if "ETag" in response else "the response has no ETag, so it is not S3's"
            except ClientError as error:
                if code_of(error) not in _CONFLICTS:
                    raise
                if not error.response["ResponseMetadata"].get("RetryAttempts", 0):
                    return False
                fault = (
                    "the key exists; an earlier attempt at this put got no answer, and may have"
                    f" written it: {error}"
                )
        if fault:
            raise StoreError(f"s3:PutObject on {self._place(key)}: {fault}")
        return True

    def _verify(self, key: str, body: bytes) -> None:
        """Read a process's first object back.

        Some stores keep the SDK's framing of the body (aws-chunked) as content, and answer 200.

        Raises:
            StoreUnusableError: the store holds other bytes than were sent.
        """
        try:
            kept = self.get(key)
        except StoreError:
            return  # the next put is verified
        if kept != body:
            raise StoreUnusableError(
                f"{self._place(key)} has other bytes than were put: {len(kept)} instead of"
                f" {len(body)}. Set AWS_REQUEST_CHECKSUM_CALCULATION=when_required for this store,"
                " delete the object, and run again."
            )
        self._verified = True

    def _call(self, action: str, key: str) -> AbstractContextManager[None]:
        return aws_call(action, self._place(key), StoreError, StoreUnusableError)

    def _place(self, key: str) -> str:
        return f"s3://{self._bucket}/{self._root}{key}"
