import time
from datetime import UTC, datetime

_NAP = 0.02  # of a second, for each second that the exporter wants to wait before a retry


class GivenClock:
    """A `Clock` that returns the given instant; deadlines are real, waits are shortened."""

    def __init__(self) -> None:
        self._now = datetime.min.replace(tzinfo=UTC)

    def set(self, now: str) -> None:
        self._now = datetime.fromisoformat(now)

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds * _NAP)
