"""Decide when to repeat a request to Twilio, and when to give up. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

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

_REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_MAX_NOT_FOUND = 2  # Twilio users report spurious 404 responses


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The retries of one `get`; for 429 its deadline is the only limit.

    Waits are random in [0, base * 2 ** n), "full jitter":
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """

    attempts: int = 5
    base_seconds: float = 0.5
    max_backoff_seconds: float = 20.0
    max_retry_after_seconds: float = 60.0


class Attempts:
    """The attempts of one `get`: each response gives a wait, an end or an error."""

    def __init__(self, policy: RetryPolicy, jitter: Callable[[], float], resource: str) -> None:
        self._policy = policy
        self._jitter = jitter
        self._resource = resource
        self._failures = 0
        self._last_failure = ""
        self._last_throttle = ""
        self._not_found = 0
        self.throttles = 0

    def after_answer(self, answer: TwilioResponse, now: datetime) -> float | None:
        """Return seconds to wait before the next request; None if the response is usable.

        Raises:
            StudioExportError: a retry cannot help; the class says why.
        """
        status = answer.status
        if status == HTTPStatus.OK:
            return None
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return self._throttled(answer, now)
        if status == HTTPStatus.NOT_FOUND:
            self._not_found += 1
            if self._not_found < _MAX_NOT_FOUND:
                return self._backoff(1)
            raise FlowNotFoundError(f"Twilio does not know the Flow: {answer.describe()}, twice")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
            return self._failed(answer.describe(), None)
        if status in _REFUSED:
            raise AccessDeniedError(f"Twilio refuses the credentials: {answer.describe()}")
        raise InvalidPageError(f"Twilio sent an unexpected response: {answer.describe()}")

    def after_failure(self, error: Exception) -> float:
        """Return seconds to wait after a missing or incomplete response.

        Raises:
            UnavailableError: this was the last attempt.
        """
        # Only the class: the text of an HTTP library's error may quote the request or response.
        return self._failed(f"{type(error).__name__} for {self._resource}", error)

    def out_of_time(self) -> StudioExportError:
        """Return the error to raise when no time is left for another request."""
        if self.throttles:
            return ThrottledError(
                f"Twilio throttled until the deadline: {self._last_throttle}", self.throttles
            )
        if self._failures:
            return UnavailableError(f"Twilio failed until the deadline: {self._last_failure}")
        return DeadlineExceededError(f"no time is left to request {self._resource}")

    def _failed(self, what: str, cause: Exception | None) -> float:
        self._failures += 1
        self._last_failure = what
        if self._failures >= self._policy.attempts:
            raise UnavailableError(f"Twilio failed {self._failures} times: {what}") from cause
        return self._backoff(self._failures)

    def _throttled(self, answer: TwilioResponse, now: datetime) -> float:
        self.throttles += 1
        self._last_throttle = answer.describe()
        requested = retry_after_seconds(answer.headers.get("retry-after"), now)
        if requested is None:
            return self._backoff(self.throttles)
        return min(requested, self._policy.max_retry_after_seconds)

    def _backoff(self, nth: int) -> float:
        # The exponent is bounded because 2.0 ** 1024 overflows, and hours of 429 are possible.
        ceiling = min(
            self._policy.max_backoff_seconds, self._policy.base_seconds * 2.0 ** min(nth, 32)
        )
        return self._jitter() * ceiling


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Return `Retry-After` in seconds; None if absent or not as in RFC 9110."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        instant = parsedate_to_datetime(text)
    except ValueError:
        return None
    if instant.tzinfo is None:  # "-0000" means UTC in RFC 5322
        instant = instant.replace(tzinfo=UTC)
    return max(0.0, (instant - now).total_seconds())
