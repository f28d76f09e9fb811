"""Limit the requests in flight, adapting to Twilio's answers."""

from threading import Condition

_SUCCESSES_PER_STEP = 10


class AdaptiveConcurrencyLimit:
    """A limit on concurrent requests: halved by each 429, raised slowly.

    Twilio limits concurrency per account, and production traffic shares that limit, so the export
    yields fast and recovers slowly: https://www.twilio.com/docs/api/errors/20429.
    """

    def __init__(self, maximum: int) -> None:
        self._maximum = maximum
        self._limit = maximum
        self._in_flight = 0
        self._successes = 0
        self._changed = Condition()

    @property
    def limit(self) -> int:
        with self._changed:
            return self._limit

    def acquire(self, timeout_seconds: float) -> bool:
        """Take a slot; return False if none is free within the timeout."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._in_flight < self._limit, timeout_seconds):
                return False
            self._in_flight += 1
            return True

    def release(self) -> None:
        with self._changed:
            self._in_flight -= 1
            self._changed.notify_all()

    def record_throttle(self) -> None:
        """Halve the limit, after a 429."""
        with self._changed:
            self._limit = max(1, self._limit // 2)
            self._successes = 0

    def record_success(self) -> None:
        """Raise the limit by one after enough successes in a row."""
        with self._changed:
            self._successes += 1
            if self._limit < self._maximum and self._successes >= self._limit * _SUCCESSES_PER_STEP:
                self._limit += 1
                self._successes = 0
                self._changed.notify_all()
