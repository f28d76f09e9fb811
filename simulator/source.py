"""A `Source` without HTTP, on a simulated Studio, with the errors of the real adapter."""

from http import HTTPStatus
from urllib.parse import urlsplit

from simulator.responses import Delivery, Response
from simulator.studio import Studio, basic
from studio_export.errors import (
    AccessDeniedError,
    DeadlineExceededError,
    FlowNotFoundError,
    InvalidPageError,
    StudioExportError,
    ThrottledError,
    UnavailableError,
)
from studio_export.model import Reply
from studio_export.ports import Clock

_REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_COUNTED_APART = {HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS}
_MAX_WAIT_SECONDS = 20.0
_READ_TIMEOUT_SECONDS = 30.0


class StudioSource:
    """`attempts` limits the requests for one page that fail.

    With a `clock` it sleeps between attempts, keeps deadlines, and retries 429 until the deadline.
    Without one no time passes, deadlines are ignored, and `attempts` limits 429 too.
    """

    def __init__(
        self,
        studio: Studio,
        credentials: tuple[str, str] | None = None,
        *,
        clock: Clock | None = None,
        attempts: int = 5,
    ) -> None:
        username, password = credentials or studio.account.api_key
        self._studio = studio
        self._headers = {"Authorization": basic(username, password)}
        self._clock = clock
        self._attempts = attempts

    @property
    def base_url(self) -> str:
        return self._studio.base_url

    def get(self, url: str, deadline: float) -> Reply:
        self._check_host(url)
        throttles = failures = missing = 0
        last: StudioExportError = DeadlineExceededError("no time left to ask")
        while self._left(deadline) > 0:
            response = self._ask(url, deadline)
            if response.status == HTTPStatus.OK and response.delivery is Delivery.WHOLE:
                return Reply(response.body, throttles)
            throttles += response.status == HTTPStatus.TOO_MANY_REQUESTS
            missing += response.status == HTTPStatus.NOT_FOUND
            failures += response.status not in _COUNTED_APART
            last = _error(response, throttles, missing)
            bounded = failures if self._clock else failures + throttles
            if isinstance(last, AccessDeniedError | InvalidPageError | FlowNotFoundError):
                raise last
            if bounded >= self._attempts or not self._wait(response, failures, deadline):
                break
        raise last

    def _check_host(self, url: str) -> None:
        wanted, given = urlsplit(self.base_url), urlsplit(url)
        if (wanted.scheme, wanted.netloc) != (given.scheme, given.netloc):
            raise InvalidPageError("the URL is not on the Studio's host")

    def _left(self, deadline: float) -> float:
        return deadline - self._clock.monotonic() if self._clock else 1

    def _ask(self, url: str, deadline: float) -> Response:
        response = self._studio.handle("GET", url, self._headers)
        if self._clock and response.delivery is Delivery.HANG:
            self._clock.sleep(min(self._left(deadline), _READ_TIMEOUT_SECONDS))
        elif self._clock and response.delay_seconds:
            self._clock.sleep(min(self._left(deadline), response.delay_seconds))
        return response

    def _wait(self, response: Response, failures: int, deadline: float) -> bool:
        """Sleep before the next attempt, unless the deadline comes first."""
        if not self._clock:
            return True
        asked = response.headers.get("Retry-After", "")
        backoff_seconds = min(_MAX_WAIT_SECONDS, 2.0**failures)
        seconds = float(asked) if asked.isdecimal() else backoff_seconds
        if seconds >= self._left(deadline):
            return False
        self._clock.sleep(seconds)
        return True


def _error(response: Response, throttles: int, missing: int) -> StudioExportError:
    what = _describe(response)
    if missing > 1:
        return FlowNotFoundError(what)
    if response.status in _REFUSED:
        return AccessDeniedError(what)
    if throttles:
        return ThrottledError(what, throttles)
    if response.status in range(300, 500) and response.status != HTTPStatus.NOT_FOUND:
        return InvalidPageError(what)
    return UnavailableError(what)


def _describe(response: Response) -> str:
    if response.delivery is not Delivery.WHOLE:
        return f"no whole answer: {response.delivery}"
    request_id = response.headers.get("Twilio-Request-Id")
    return f"HTTP {response.status}: {response.body[:300]!r} [Twilio-Request-Id {request_id}]"
