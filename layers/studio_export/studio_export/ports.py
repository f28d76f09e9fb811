"""The ports of the export; adapters and the tests' fakes implement them.

Every effect goes through a port, so a test can fail, delay or reorder each call of the production
code. Every method may raise `UnavailableError` or `AccessDeniedError`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from studio_export.model import Checkpoint, Credentials, Reply


class Source(Protocol):
    """The Studio API: bytes by URL. The credentials are sent to its host only."""

    @property
    def base_url(self) -> str:
        """Scheme and host, without a trailing slash: `https://studio.twilio.com`."""
        ...

    def get(self, url: str, deadline: float) -> Reply:
        """Return a 200 response; retry until `deadline`, of `Clock.monotonic`.

        Raises:
            FlowNotFoundError: 404, twice.
            AccessDeniedError: 401 or 403.
            ThrottledError: 429 until the deadline.
            UnavailableError: 5xx or no response, after retries.
        """
        ...


class Store(Protocol):
    """Immutable objects by key, below the dataset's prefix."""

    def list(self, prefix: str) -> list[str]:
        """Return every key that starts with `prefix`, ascending."""
        ...

    def get(self, key: str) -> bytes:
        """Return the object's bytes, or raise `StoreError` if it does not exist."""
        ...

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        """Write the whole object, unless the key exists.

        Returns:
            True if this call wrote the object; False if it did not, because the key existed.

        Raises:
            StoreError: it is unknown whether the object was written.
            StoreUnusableError: no retry can write the object.
        """
        ...


class DatedStore(Store, Protocol):
    """A store that knows when each object was written."""

    def written(self, prefix: str) -> Sequence[tuple[str, datetime]]:
        """Return every key that starts with `prefix` and when it was written, by key."""
        ...


class Checkpoints(Protocol):
    """One item per Flow: cursors, spans and a lease. Losing an item loses no data."""

    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        """Take a lease that is free, expired or `owner`'s; read the checkpoint.

        Returns:
            The checkpoint, empty for a new Flow; None if another owner has the lease.

        Raises:
            CheckpointError: the item is newer than this code, or malformed.
        """
        ...

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        """Save the checkpoint if `owner` holds the lease; give it back if `release`.

        Returns:
            False if another owner has the lease; nothing was written.
        """
        ...

    def release(self, flow_sid: str, owner: str) -> None:
        """Give the lease back if `owner` holds it."""
        ...


class CredentialSource(Protocol):
    """The source of Twilio's credentials."""

    def get(self) -> Credentials: ...

    def renew(self) -> bool:
        """Fetch the credentials again; return whether they changed."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the current instant: aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back; deadlines use them."""
        ...

    def sleep(self, seconds: float) -> None: ...
