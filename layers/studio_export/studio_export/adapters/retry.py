"""Decide when to repeat a request to Twilio, and when to give up. Pure."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from threading import Lock

from studio_export.adapters.twilio_response import TwilioResponse, may_be_json
from studio_export.errors import (
    AccessDeniedError,
    DeadlineExceededError,
    EndpointError,
    FlowNotFoundError,
    InvalidPageError,
    StudioExportError,
    ThrottledError,
    UnavailableError,
)

_REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_MAX_NOT_FOUND = 2  # Twilio users report spurious 404 responses
_MAX_UNREADABLE = 2  # a proxy may answer one request with a page of its own


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The retries of one `get`.

    `max_throttled_seconds` limits how long Twilio may answer 429 to everything: without it a
    request whose deadline is far away would wait for hours.

    Waits are random in [0, base * 2 ** n), "full jitter":
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """

    attempts: int = 5
    base_seconds: float = 0.5
    max_backoff_seconds: float = 20.0
    max_retry_after_seconds: float = 60.0
    max_throttled_seconds: float = 900.0


class ThrottledPeriod:
    """How long Twilio has answered 429 to all requests of an account, for many threads.

    A period ends with any other answer. It also ends with a pause of two of the longest waits:
    then nothing was asked, such as between two runs of a warm process.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._lock = Lock()
        self._began: float | None = None
        self._latest = 0.0

    def record(self, monotonic: float, *, throttled: bool) -> None:
        with self._lock:
            if not throttled:
                self._began = None
                return
            paused = monotonic - self._latest > 2 * self._policy.max_retry_after_seconds
            if self._began is None or paused:
                self._began = monotonic
            self._latest = monotonic

    @property
    def ends_at(self) -> float:
        """When to give up, as `Clock.monotonic`; infinite if the last answer was another."""
        with self._lock:
            if self._began is None:
                return math.inf
            return self._began + self._policy.max_throttled_seconds


class Attempts:
    """The attempts of one `get`: each response gives a wait, an end or an error.

    Attributes:
        latest: the reason of the latest wait, for a person.
        throttles: 429 responses.
    """

    def __init__(self, policy: RetryPolicy, jitter: Callable[[], float], resource: str) -> None:
        self._policy = policy
        self._jitter = jitter
        self._resource = resource
        self._failures = 0
        self._last_failure = ""
        self._last_throttle = ""
        self._not_found = 0
        self._unreadable = 0
        self.latest = ""
        self.throttles = 0

    def accept(self, page: bytes) -> bool:
        """Whether to return the content of a 200 response.

        A page that is no JSON is requested once more. The second one is returned, for the parser
        of pages to refuse.
        """
        if may_be_json(page):
            return True
        self._unreadable += 1
        return self._unreadable >= _MAX_UNREADABLE

    def after_answer(self, answer: TwilioResponse, now: datetime) -> float:
        """Return seconds to wait after a response that was not accepted.

        Raises:
            StudioExportError: a retry cannot help; the class says why.
        """
        status = answer.status
        self.latest = answer.describe()
        if status == HTTPStatus.OK:
            self.latest = f"a page that is no JSON: {self.latest}"
            return self._backoff(1)
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

    def after_failure(self, error: Exception, obstacle: EndpointError | None = None) -> float:
        """Return seconds to wait after a missing or incomplete response.

        Raises:
            EndpointError: `obstacle`, at the last attempt.
            UnavailableError: this was the last attempt.
        """
        # Only the class: the text of an HTTP library's error may quote the request or response.
        return self._failed(f"{type(error).__name__} for {self._resource}", error, obstacle)

    def throttled_too_long(self) -> ThrottledError:
        """Return the error to raise when Twilio has throttled for as long as the policy waits."""
        minutes = self._policy.max_throttled_seconds / 60
        return ThrottledError(
            f"Twilio throttled every request for {minutes:.0f} minutes: {self._last_throttle}."
            " Run again later, or with a lower concurrency.",
            self.throttles,
        )

    def out_of_time(self) -> StudioExportError:
        """Return the error to raise when no time is left for another request."""
        if self.throttles:
            return ThrottledError(
                f"Twilio throttled until the deadline: {self._last_throttle}", self.throttles
            )
        if self._failures:
            return UnavailableError(f"Twilio failed until the deadline: {self._last_failure}")
        return DeadlineExceededError(f"no time is left to request {self._resource}")

    def _failed(
        self, what: str, cause: Exception | None, obstacle: EndpointError | None = None
    ) -> float:
        self._failures += 1
        self.latest = self._last_failure = what
        if self._failures >= self._policy.attempts:
            if obstacle:
                raise obstacle from cause
            raise UnavailableError(f"Twilio failed {self._failures} times: {what}") from cause
        return self._backoff(self._failures)

    def _throttled(self, answer: TwilioResponse, now: datetime) -> float:
        self.throttles += 1
        self._last_throttle = answer.describe()
        requested = retry_after_seconds(answer.headers.get("retry-after"), now) or 0.0
        # A floor, never a reason to wait less: some servers always answer `Retry-After: 0`.
        return max(
            self._backoff(self.throttles), min(requested, self._policy.max_retry_after_seconds)
        )

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
