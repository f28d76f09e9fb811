"""Fetch pages of the Studio API over HTTP."""

import base64
import random
from collections.abc import Callable
from http import HTTPStatus

import urllib3
from urllib3._version import __version__ as _urllib3_version
from urllib3.exceptions import HTTPError, LocationParseError, ReadTimeoutError
from urllib3.util import Timeout, Url, parse_url

from studio_export.adapters.concurrency_limit import AdaptiveConcurrencyLimit
from studio_export.adapters.retry import Attempts, RetryPolicy, ThrottledPeriod
from studio_export.adapters.twilio_connection import connect, final_obstacle, likely_obstacle
from studio_export.adapters.twilio_response import BodyError, TwilioResponse
from studio_export.errors import ConfigurationError, InvalidPageError, UnavailableError
from studio_export.model import Credentials, Reply
from studio_export.ports import Clock, CredentialSource
from studio_export.version import VERSION

OnWait = Callable[[str, float], None]

_PORTS = {"http": 80, "https": 443}
_CHUNK_BYTES = 1 << 16
_USER_AGENT = f"studio-export/{VERSION} (+python-urllib3/{_urllib3_version})"


class TwilioHttp:
    """A `Source` for many threads, with at most `concurrency` requests in flight.

    The connection pool has the host of `base_url` only, and redirects are off, so credentials are
    sent to no other host. A `get` may exceed its deadline by one read time-out, if a body arrives
    slowly.

    `proxy` is the URL of an HTTP proxy, for https only: the connection to Studio is encrypted
    through it, and its certificate is checked. `on_wait` is called before every wait between two
    requests, with the reason and the seconds, on the thread that waits.
    """

    def __init__(  # noqa: PLR0913  (only the composition root calls it)
        self,
        base_url: str,
        credentials: CredentialSource,
        clock: Clock,
        concurrency: int = 4,
        *,
        policy: RetryPolicy | None = None,
        jitter: Callable[[], float] = random.random,
        connect_timeout_seconds: float = 5.0,
        read_timeout_seconds: float = 30.0,
        ca_certs: str | None = None,
        proxy: str | None = None,
        on_wait: OnWait = lambda _reason, _seconds: None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._origin = _origin(self._base_url)
        if self._origin is None or parse_url(self._base_url).path:
            raise ConfigurationError(f"STUDIO_BASE_URL is not the URL of a host: {base_url!r}")
        self._credentials = credentials
        self._clock = clock
        self._policy = policy or RetryPolicy()
        self._jitter = jitter
        self._connect_timeout_seconds = connect_timeout_seconds
        self._read_timeout_seconds = read_timeout_seconds
        self._on_wait = on_wait
        self._limit = AdaptiveConcurrencyLimit(concurrency)
        self._throttled = ThrottledPeriod(self._policy)
        self._pool = connect(self._base_url, concurrency, ca_certs, proxy)

    @property
    def base_url(self) -> str:
        return self._base_url

    def get(self, url: str, deadline: float) -> Reply:
        target = self._own(url)
        attempts = Attempts(self._policy, self._jitter, f"{self._base_url}{target.path or '/'}")
        renewed = False
        while True:
            credentials = self._credentials.get()
            try:
                answer = self._ask(target, credentials, deadline, attempts)
                if answer.status == HTTPStatus.UNAUTHORIZED and not renewed:
                    renewed = True
                    if self._renew(credentials):
                        continue
                if answer.status == HTTPStatus.OK and attempts.accept(page := answer.content()):
                    return Reply(page, attempts.throttles)
                wait_seconds = attempts.after_answer(answer, self._clock.now())
            except (HTTPError, BodyError) as error:
                wait_seconds = self._after_failure(error, deadline, attempts)
            self._wait(wait_seconds, deadline, attempts)

    def _after_failure(self, error: Exception, deadline: float, attempts: Attempts) -> float:
        host = parse_url(self._base_url).host or ""
        if obstacle := final_obstacle(error, host):
            raise obstacle from error
        if self._clock.monotonic() >= deadline:
            raise attempts.out_of_time() from error
        return attempts.after_failure(error, likely_obstacle(error, host))

    def _wait(self, seconds: float, deadline: float, attempts: Attempts) -> None:
        end = self._clock.monotonic() + seconds
        if end >= deadline:
            raise attempts.out_of_time()
        if attempts.throttles and end >= self._throttled.ends_at:
            raise attempts.throttled_too_long()
        self._on_wait(attempts.latest, seconds)
        self._clock.sleep(seconds)

    def ask_once(self, url: str, deadline: float) -> TwilioResponse:
        """Send one request without retries and return its response, for the doctor.

        Raises:
            UnavailableError: no response.
            EndpointError: no response, for a reason in the settings.
        """
        target = self._own(url)
        attempts = Attempts(self._policy, self._jitter, target.path or "/")
        try:
            return self._ask(target, self._credentials.get(), deadline, attempts)
        except HTTPError as error:
            host = parse_url(self._base_url).host or ""
            obstacle = final_obstacle(error, host) or likely_obstacle(error, host)
            message = f"{type(error).__name__} for {target.path}"
            raise obstacle or UnavailableError(message) from error

    def _own(self, url: str) -> Url:
        """Parse the URL, with the parser that also sends it, and check its host."""
        if _origin(url) != self._origin:
            raise InvalidPageError(
                f"refused a URL of another host than {self._base_url}: {_without_secrets(url)}"
            )
        return parse_url(url)

    def _renew(self, used: Credentials) -> bool:
        """Fetch the credentials again; return whether they differ from `used`."""
        return self._credentials.renew() or self._credentials.get() != used

    def _ask(
        self, target: Url, credentials: Credentials, deadline: float, attempts: Attempts
    ) -> TwilioResponse:
        remaining_seconds = deadline - self._clock.monotonic()
        if remaining_seconds <= 0 or not self._limit.acquire(remaining_seconds):
            raise attempts.out_of_time()
        try:
            answer = self._send(target, credentials, deadline)
        finally:
            self._limit.release()
        throttled = answer.status == HTTPStatus.TOO_MANY_REQUESTS
        self._throttled.record(self._clock.monotonic(), throttled=throttled)
        if throttled:
            self._limit.record_throttle()
        elif answer.status == HTTPStatus.OK:
            self._limit.record_success()
        return answer

    def _send(self, target: Url, credentials: Credentials, deadline: float) -> TwilioResponse:
        # Not zero, which urllib3 refuses: the wait for a slot may have used all the time.
        remaining_seconds = max(0.001, deadline - self._clock.monotonic())
        response = self._pool.request(
            "GET",
            target.request_uri,
            headers=_headers(credentials),
            timeout=Timeout(
                connect=min(self._connect_timeout_seconds, remaining_seconds),
                read=min(self._read_timeout_seconds, remaining_seconds),
            ),
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        with response:  # a complete body returns its connection to the pool; an error closes it
            headers = {name.lower(): value for name, value in response.headers.items()}
            body = self._read(response, deadline)
        return TwilioResponse(response.status, target.path or "/", headers, body)

    def _read(self, response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
        chunks = []
        # read1 returns the bytes received so far, so that a slow body meets the deadline too.
        while chunk := response.read1(_CHUNK_BYTES, decode_content=False):
            chunks.append(chunk)
            if self._clock.monotonic() >= deadline:
                raise ReadTimeoutError(self._pool, "", "the deadline passed during the body")
        return b"".join(chunks)


def _origin(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port; None for a URL that must not be followed."""
    try:
        parsed = parse_url(url)
    except LocationParseError:
        return None
    if parsed.scheme not in _PORTS or not parsed.host or parsed.auth is not None:
        return None
    return parsed.scheme, parsed.host, parsed.port or _PORTS[parsed.scheme]


def _without_secrets(url: str) -> str:
    """Return the URL without its query and credentials, for a log."""
    return repr(url.split("?", 1)[0].rsplit("@", 1)[-1][:200])


def _headers(credentials: Credentials) -> dict[str, str]:
    pair = f"{credentials.username}:{credentials.password}".encode()
    return {
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "Authorization": "Basic " + base64.b64encode(pair).decode("ascii"),
        "User-Agent": _USER_AGENT,
    }
