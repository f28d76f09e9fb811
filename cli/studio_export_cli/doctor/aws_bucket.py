"""Read the configuration of a bucket. The export itself needs none of these calls."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from studio_export.adapters.aws_errors import aws_call, code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NONE = {
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError",
}


class BucketInspection:
    """Each method can raise `AccessDeniedError`, and `UnavailableError` if S3 lacks the call."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def versioning(self) -> str:
        """Return `Enabled`, `Suspended`, or an empty text."""
        answer = self._ask("s3:GetBucketVersioning", self._client.get_bucket_versioning)
        return str(answer.get("Status", ""))

    def encryption(self) -> str:
        """Return the default algorithm, or an empty text."""
        answer = self._ask("s3:GetEncryptionConfiguration", self._client.get_bucket_encryption)
        rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
        defaults = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
        return next((str(each["SSEAlgorithm"]) for each in defaults if each), "")

    def lifecycle(self) -> list[dict[str, Any]]:
        """Return the rules as S3 does."""
        client = self._client
        answer = self._ask(
            "s3:GetLifecycleConfiguration", client.get_bucket_lifecycle_configuration
        )
        return list(answer.get("Rules", []))

    def public_access_is_blocked(self) -> bool:
        answer = self._ask("s3:GetBucketPublicAccessBlock", self._client.get_public_access_block)
        blocks = answer.get("PublicAccessBlockConfiguration", {})
        return bool(blocks) and all(blocks.values())

    def _ask(self, action: str, call: Callable[..., Any]) -> dict[str, Any]:
        with aws_call(action, f"s3://{self._bucket}"):
            try:
                return dict(call(Bucket=self._bucket))
            except ClientError as error:
                if code_of(error) in _NONE:
                    return {}
                raise
