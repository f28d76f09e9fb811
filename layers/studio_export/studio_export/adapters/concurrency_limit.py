"""How many requests may be in flight at once, learned from the answers."""

from threading import Condition

_QUIET_ANSWERS_PER_UNIT = 10


class AdaptiveConcurrencyLimit:
    """Lets at most `limit` callers in: halved by each 429, raised by quiet, never above `most`.

    Twilio's limit is one of concurrency, for the whole account, shared with production traffic:
    https://www.twilio.com/docs/api/errors/20429. To yield fast and come back slowly is the point.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = most
        self._inside = 0
        self._quiet = 0
        self._changed = Condition()

    @property
    def limit(self) -> int:
        with self._changed:
            return self._limit

    def enter(self, timeout_seconds: float) -> bool:
        """Wait to be let in. Returns False, and is not in, if that takes longer."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._inside < self._limit, timeout_seconds):
                return False
            self._inside += 1
            return True

    def leave(self) -> None:
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    def throttled(self) -> None:
        """An answer was 429."""
        with self._changed:
            self._limit = max(1, self._limit // 2)
            self._quiet = 0

    def answered(self) -> None:
        """An answer was none of 429: the server had room for the request."""
        with self._changed:
            self._quiet += 1
            if self._limit < self._most and self._quiet >= self._limit * _QUIET_ANSWERS_PER_UNIT:
                self._limit += 1
                self._quiet = 0
                self._changed.notify_all()
