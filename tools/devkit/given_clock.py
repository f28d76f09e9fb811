import time
from datetime import datetime


class GivenClock:
    """A `Clock` that returns the instant it was given; `monotonic` is real.

    `wait_share` is how much of each wait is really waited: 0 skips waits.
    """

    def __init__(self, now: datetime | None = None, wait_share: float = 1.0) -> None:
        self._now = now
        self._wait_share = wait_share

    def set(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        if self._now is None:
            raise ValueError("the clock has no instant yet: call set() first")
        return self._now

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds * self._wait_share)
