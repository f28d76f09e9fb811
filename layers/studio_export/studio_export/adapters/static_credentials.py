"""Twilio's credentials, and where they come from."""

from typing import Protocol

from studio_export.model import Credentials


class CredentialSource(Protocol):
    def get(self) -> Credentials: ...

    def renew(self) -> bool:
        """Fetch the credentials again. Returns whether they changed."""
        ...


class StaticCredentials:
    """Credentials that were given once and for all."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def get(self) -> Credentials:
        return self._credentials

    def renew(self) -> bool:
        return False
