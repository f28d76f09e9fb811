"""Twilio's credentials from AWS Secrets Manager."""

import json
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from studio_export.adapters.aws_errors import code_of, translated
from studio_export.adapters.credential_text import fault_of, strip_invisible
from studio_export.errors import ConfigurationError
from studio_export.model import Credentials

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# The id is wrong or the secret is marked for deletion: fix a setting, not a permission.
_WRONG_ID = {"InvalidRequestException", "ResourceNotFoundException", "ValidationException"}
_PAIRS = (("api_key", "api_secret"), ("account_sid", "auth_token"))


class SecretsManagerCredentials:
    """A `CredentialSource` on one secret, fetched on the first call and cached."""

    def __init__(self, client: "SecretsManagerClient", secret_id: str) -> None:
        self._client = client
        self._secret_id = secret_id
        self._lock = Lock()
        self._cached: Credentials | None = None
        self._fields: dict[str, Any] = {}

    def fields(self) -> Mapping[str, object]:
        """Return what the secret has, with the credentials; `region`, for one."""
        self.get()
        return self._fields

    def get(self) -> Credentials:
        with self._lock:
            if self._cached is None:
                self._cached = self._fetch()
            return self._cached

    def renew(self) -> bool:
        with self._lock:
            before, self._cached = self._cached, self._fetch()
            return self._cached != before

    def _fetch(self) -> Credentials:
        try:
            response = self._client.get_secret_value(SecretId=self._secret_id)
        except ClientError as error:
            if code_of(error) in _WRONG_ID:
                raise ConfigurationError(f"TWILIO_SECRET_ID {self._secret_id}: {error}") from error
            raise self._translated(error) from error
        except Exception as error:  # a source of AWS credentials may raise anything
            raise self._translated(error) from error
        return self._parse(response.get("SecretString") or response.get("SecretBinary") or "")

    def _translated(self, error: Exception) -> Exception:
        return translated(error, "secretsmanager:GetSecretValue", self._secret_id)

    def _parse(self, text: str | bytes) -> Credentials:
        try:
            secret: Any = json.loads(strip_invisible(text) if isinstance(text, str) else text)
        except ValueError:
            # The error is not chained: a JSONDecodeError holds the whole text, which is the secret.
            secret = None
        if not isinstance(secret, dict):
            raise self._unusable("is not a JSON object")
        for username, password in _PAIRS:
            if username in secret and password in secret:
                pair = secret[username], secret[password]
                texts = [strip_invisible(each) if isinstance(each, str) else "" for each in pair]
                if not all(texts):
                    raise self._unusable(f"has an empty {username} or {password}")
                for name, credential in zip((username, password), texts, strict=True):
                    if fault := fault_of(credential):
                        raise self._unusable(f"has {name!r}, which {fault}")
                self._fields = secret
                return Credentials(texts[0], texts[1], _privacy_key(secret))
        raise self._unusable("has neither pair of keys")

    def _unusable(self, fault: str) -> ConfigurationError:
        return ConfigurationError(
            f"TWILIO_SECRET_ID: the secret {self._secret_id} {fault}. Store a JSON object"
            ' with "api_key" and "api_secret", or with "account_sid" and "auth_token".'
        )


def _privacy_key(secret: dict[str, Any]) -> str | None:
    key = secret.get("privacy_key")
    return key.strip() if isinstance(key, str) else None
