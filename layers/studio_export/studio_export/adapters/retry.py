"""When to ask Twilio again, and when to give up (pure: no clock, no I/O)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from studio_export.adapters.twilio_response import TwilioResponse
from studio_export.errors import (
    AccessDeniedError,
    DeadlineExceededError,
    FlowNotFoundError,
    InvalidPageError,
    StudioExportError,
    ThrottledError,
    UnavailableError,
)

_OK, _TIMEOUT, _THROTTLED, _NOT_FOUND, _SERVER_ERRORS = 200, 408, 429, 404, 500
_REFUSED = {401, 403}
_MAX_NOT_FOUND = 2  # spurious 404s are reported


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient one `get` is, within its deadline. 429 is limited by the deadline alone.

    Waits are drawn from [0, base * 2 ** n), "full jitter":
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """

    attempts: int = 5
    base_seconds: float = 0.5
    max_backoff_seconds: float = 20.0
    max_retry_after_seconds: float = 60.0


class Attempts:
    """The history of one `get`: fed with each answer, it says how long to wait, or raises."""

    def __init__(self, policy: RetryPolicy, jitter: Callable[[], float], asked: str) -> None:
        self._policy = policy
        self._jitter = jitter
        self._asked = asked
        self._failures = 0
        self._last_failure = ""
        self._last_throttle = ""
        self._missing = 0
        self.throttles = 0

    def after_answer(self, answer: TwilioResponse, now: datetime) -> float | None:
        """Seconds to wait before the next request, or None if this is the answer.

        Raises:
            StudioExportError: what the status means, when asking again is no use.
        """
        status = answer.status
        if status == _OK:
            return None
        if status == _THROTTLED:
            return self._throttled(answer, now)
        if status == _NOT_FOUND:
            self._missing += 1
            if self._missing < _MAX_NOT_FOUND:
                return self._backoff(1)
            raise FlowNotFoundError(f"Twilio: {answer.describe()}, twice")
        if status >= _SERVER_ERRORS or status == _TIMEOUT:
            return self._failed(answer.describe(), None)
        if status in _REFUSED:
            raise AccessDeniedError(f"Twilio refuses the credentials: {answer.describe()}")
        raise InvalidPageError(f"Twilio's answer is not that of a listing: {answer.describe()}")

    def after_failure(self, error: Exception) -> float:
        """Seconds to wait after no answer, or half a one.

        Raises:
            UnavailableError: the attempts are used up.
        """
        # By its name: the text of an HTTP library's error may quote what was sent or received.
        return self._failed(f"{type(error).__name__} for {self._asked}", error)

    def out_of_time(self) -> StudioExportError:
        """The error to raise when the deadline leaves no time for another request."""
        if self.throttles:
            return ThrottledError(
                f"Twilio throttled to the end of the time: {self._last_throttle}", self.throttles
            )
        if self._failures:
            return UnavailableError(f"Twilio failed to the end of the time: {self._last_failure}")
        return DeadlineExceededError(f"no time left to ask for {self._asked}")

    def _failed(self, what: str, cause: Exception | None) -> float:
        self._failures += 1
        self._last_failure = what
        if self._failures >= self._policy.attempts:
            raise UnavailableError(f"Twilio failed {self._failures} times: {what}") from cause
        return self._backoff(self._failures)

    def _throttled(self, answer: TwilioResponse, now: datetime) -> float:
        self.throttles += 1
        self._last_throttle = answer.describe()
        asked = retry_after_seconds(answer.headers.get("retry-after"), now)
        if asked is None:
            return self._backoff(self.throttles)
        return min(asked, self._policy.max_retry_after_seconds)

    def _backoff(self, nth: int) -> float:
        # The exponent is bounded because 2.0 ** 1024 overflows, and hours of 429 are possible.
        longest = min(
            self._policy.max_backoff_seconds, self._policy.base_seconds * 2.0 ** min(nth, 32)
        )
        return self._jitter() * longest


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """`Retry-After` as seconds from `now`; None if absent or in neither form of RFC 9110."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        instant = parsedate_to_datetime(text)
    except ValueError:
        return None
    if instant.tzinfo is None:  # "-0000": RFC 5322's word for UTC of unknown origin
        instant = instant.replace(tzinfo=UTC)
    return max(0.0, (instant - now).total_seconds())
