"""The virtual clock: it stands still, is set or advanced, or runs at a rate."""

import threading
import time
from datetime import datetime, timedelta


class VirtualClock:
    """Call it to get the instant. `rate` is virtual seconds per real one; 0 stands still."""

    def __init__(self, now: datetime, rate: float = 0) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._rate = rate
        self._since = time.monotonic()

    def __call__(self) -> datetime:
        with self._lock:
            if not self._rate:
                return self._now
            return self._now + timedelta(seconds=(time.monotonic() - self._since) * self._rate)

    def set(self, now: datetime, rate: float | None = None) -> None:
        with self._lock:
            self._now = now
            self._since = time.monotonic()
            if rate is not None:
                self._rate = rate

    def advance(self, **amount: float) -> datetime:
        """Advance by the arguments of `timedelta`: `advance(minutes=5)`."""
        self.set(self() + timedelta(**amount))
        return self()
