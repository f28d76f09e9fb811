"""Decide how many requests for details may be in flight.

Production shares Twilio's limit. Sweeps take some of it for seconds in a run, a backlog of details
for hours: after a 429 the details rest, begin again with one at a time, and come back slowly.
"""

from collections.abc import Callable
from threading import Lock

_REST_SECONDS = 30.0
_ANSWERS_PER_STEP = 50


class Manners:
    """At most `maximum` at once; instants are in seconds of `Clock.monotonic`."""

    def __init__(self, maximum: int, jitter: Callable[[], float]) -> None:
        self._maximum = maximum
        self._jitter = jitter
        self._quiet_answers = 0
        self._lock = Lock()
        self.at_once = maximum
        self.rests_until = 0.0

    def note_throttles(self, throttles: int, now: float) -> None:
        """Take note of an answer and of the 429 responses before it.

        After a 429, rest for half to one and a half times 30 seconds, then go on with one at once.
        """
        with self._lock:
            if throttles:
                self.at_once = 1
                self._quiet_answers = 0
                self.rests_until = now + _REST_SECONDS * (0.5 + self._jitter())
                return
            self._quiet_answers += 1
            if self._quiet_answers >= _ANSWERS_PER_STEP and self.at_once < self._maximum:
                self._quiet_answers = 0
                self.at_once += 1

    def is_resting(self, now: float) -> bool:
        return now < self.rests_until
