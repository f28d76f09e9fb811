"""What the export asks of the world. Adapters and the fakes of the tests implement these.

Every effect goes through one of them, so that a test can fail, delay or reorder each call of
the production code. A method may raise any `UnavailableError` or `AccessDeniedError`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from studio_export.model import Checkpoint, Credentials, Reply


class Source(Protocol):
    """The Studio API: bytes by URL, under credentials that never leave its host."""

    @property
    def base_url(self) -> str:
        """Scheme and host, without a slash at the end: `https://studio.twilio.com`."""
        ...

    def get(self, url: str, deadline: float) -> Reply:
        """The body of a 200 answer, retried as long as `deadline` (of `Clock.monotonic`) allows.

        Raises:
            FlowNotFoundError: 404, twice.
            AccessDeniedError: 401 or 403.
            ThrottledError: 429 until the deadline.
            UnavailableError: 5xx or no answer, after retries.
        """
        ...


class Store(Protocol):
    """Immutable objects by key, below the dataset's prefix."""

    def list(self, prefix: str) -> list[str]:
        """Every key that starts with `prefix`, ascending."""
        ...

    def get(self, key: str) -> bytes:
        """The object's bytes, or `StoreError` if it is not there."""
        ...

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        """Commit the object whole, unless the key is taken.

        Returns:
            True if this call made the object; False if the key was taken, or may have been.

        Raises:
            StoreError: in doubt, the object may or may not be there.
        """
        ...


class Checkpoints(Protocol):
    """One item per Flow: cursors, spans and a lease. A hint: losing it loses nothing."""

    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        """Take the lease if it is free, ended or already ours, and read the cursors.

        Returns:
            The checkpoint, empty for a new Flow; None if another holder has the lease.

        Raises:
            CheckpointError: the item is newer than this code, or malformed.
        """
        ...

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        """Store the checkpoint, and give the lease back if `release`, while we hold it.

        Returns:
            False if the lease is no longer ours; nothing was written.
        """
        ...

    def release(self, flow_sid: str, owner: str) -> None:
        """Give the lease back if it is ours."""
        ...


class CredentialSource(Protocol):
    """Where Twilio's credentials come from."""

    def get(self) -> Credentials: ...

    def renew(self) -> bool:
        """Fetch the credentials again. Returns whether they changed."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; deadlines are measured in them."""
        ...

    def sleep(self, seconds: float) -> None: ...
