"""A `Source` without HTTP: it asks the simulated Studio, and means what the real adapter means."""

import random
from urllib.parse import urlsplit

from studio_export.errors import (
    AccessError,
    FlowNotFoundError,
    PageError,
    ThrottledError,
    UnavailableError,
)
from studio_export.model import Reply
from studio_export.ports import Clock
from tests.studio.answers import Delivery, Response
from tests.studio.studio import Studio, basic


class StudioSource:
    """`attempts` bounds the answers that may be asked for again.

    With a `clock` it sleeps between them and keeps to deadlines; without, no time passes.
    """

    def __init__(
        self,
        studio: Studio,
        credentials: tuple[str, str] | None = None,
        *,
        clock: Clock | None = None,
        attempts: int = 4,
    ) -> None:
        username, password = credentials or next(iter(studio.account.credentials.items()))
        self._studio = studio
        self._headers = {"Authorization": basic(username, password)}
        self._clock = clock
        self._attempts = attempts

    @property
    def base_url(self) -> str:
        return self._studio.base_url

    def get(self, url: str, deadline: float) -> Reply:
        self._check_host(url)
        throttles = missing = 0
        failure = "no answer"
        for attempt in range(self._attempts):
            response = self._ask(url, deadline)
            if response.status == 200 and response.delivery is Delivery.WHOLE:
                return Reply(response.body, throttles)
            throttles += response.status == 429
            missing += response.status == 404
            failure = _failure(response)
            if missing == 2:
                raise FlowNotFoundError(failure)
            if response.status in {401, 403}:
                raise AccessError(failure)
            if response.status in range(300, 500) and response.status not in {404, 429}:
                raise PageError(failure)
            if not self._wait(response, attempt, deadline):
                break
        if throttles:
            raise ThrottledError(failure, throttles)
        raise UnavailableError(failure)

    def _check_host(self, url: str) -> None:
        wanted, given = urlsplit(self.base_url), urlsplit(url)
        if (wanted.scheme, wanted.netloc) != (given.scheme, given.netloc):
            raise PageError("the URL is not on the Studio's host")

    def _ask(self, url: str, deadline: float) -> Response:
        response = self._studio.handle("GET", url, self._headers)
        if self._clock:
            hang = response.delivery is Delivery.HANG
            left = deadline - self._clock.monotonic()
            self._clock.sleep(max(0, left) if hang else min(left, response.delay_seconds))
        return response

    def _wait(self, response: Response, attempt: int, deadline: float) -> bool:
        """Sleep before the next attempt, unless the deadline comes first."""
        if not self._clock:
            return True
        asked = response.headers.get("Retry-After")
        seconds = float(asked) if asked else random.uniform(0, 2**attempt)
        if self._clock.monotonic() + seconds >= deadline:
            return False
        self._clock.sleep(seconds)
        return True


def _failure(response: Response) -> str:
    if response.delivery is not Delivery.WHOLE:
        return f"the answer's delivery: {response.delivery}"
    request_id = response.headers.get("Twilio-Request-Id", "none")
    return f"{response.status}, Twilio-Request-Id {request_id}: {response.body[:200]!r}"
