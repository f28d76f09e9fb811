"""Twilio's credentials, and where they come from."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key's sid and secret, or an account's sid and auth token."""

    username: str
    password: str = field(repr=False)


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
