import base64
import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from studio_export.adapters.credentials import StaticCredentials
from studio_export.adapters.retry import RetryPolicy
from studio_export.adapters.studio_http import StudioHttp
from studio_export.errors import (
    AccessError,
    ConfigurationError,
    FlowNotFoundError,
    OutOfTimeError,
    PageError,
    StudioExportError,
    ThrottledError,
    UnavailableError,
)
from studio_export.model import Credentials, Reply
from studio_export.version import VERSION
from tests.fakes.clock import VirtualClock
from tests.unit.adapters.scripted_server import (
    HANG,
    RESET,
    ScriptedServer,
    Step,
    answer,
    scripted_server,
)

KEY = Credentials("SK0", "s3cret")
PATH = "/v2/Flows/FW0/Executions"
QUERY = "?PageToken=t0ken"
PAGE = b'{"executions": []}'
FAR = 1e6
OK = answer(200, PAGE)


def studio(
    server: ScriptedServer | str, clock: VirtualClock, credentials: Any = None, **options: Any
) -> StudioHttp:
    """A client whose jitter is the whole wait, so that naps can be compared."""
    url = server if isinstance(server, str) else server.url
    options = {"jitter": lambda: 1.0, "read_timeout_seconds": 5.0, **options}
    return StudioHttp(url, credentials or StaticCredentials(KEY), clock, **options)


def get(server: ScriptedServer, clock: VirtualClock, **options: Any) -> Reply:
    return studio(server, clock, **options).get(server.url + PATH + QUERY, FAR)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def twilio_error(status: int, code: int, message: str) -> Step:
    body = f'{{"code": {code}, "message": "{message}", "status": {status}}}'.encode()
    return answer(status, body, {"Twilio-Request-Id": "RQ7"})


# What is asked, and what comes back


def test_a_page_is_asked_for_as_the_url_says_with_honest_headers(clock: VirtualClock) -> None:
    with scripted_server(OK) as server:
        assert get(server, clock) == Reply(PAGE)

        assert server.requests[0].startswith(f"GET {PATH}{QUERY} HTTP/1.1\r\n")
        assert server.header("Authorization") == "Basic " + base64.b64encode(b"SK0:s3cret").decode()
        assert server.header("Accept") == "application/json"
        assert server.header("Accept-Encoding") == "gzip"
        user_agent = server.header("User-Agent") or ""
        assert user_agent.startswith(f"studio-export/{VERSION} (+python-urllib3/")
    assert clock.naps == []


def test_gzip_is_decoded(clock: VirtualClock) -> None:
    body = PAGE * 10_000
    with scripted_server(answer(200, gzip.compress(body), {"Content-Encoding": "gzip"})) as server:
        assert get(server, clock).body == body


def test_a_chunked_body_is_joined(clock: VirtualClock) -> None:
    chunked = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n": 1\r\n'
    with scripted_server(Step(chunked + b"1\r\n}\r\n0\r\n\r\n")) as server:
        assert get(server, clock).body == b'{"a": 1}'


def test_one_connection_serves_many_pages(clock: VirtualClock) -> None:
    with scripted_server(OK, OK, twilio_error(500, 0, ""), OK) as server:
        source = studio(server, clock)
        for _ in range(3):
            source.get(server.url + PATH, FAR)

        assert len(server.requests) == 4
        assert server.connections == 1


def test_base_url_loses_its_slash(clock: VirtualClock) -> None:
    assert studio("https://studio.twilio.com/", clock).base_url == "https://studio.twilio.com"


@pytest.mark.parametrize(
    "url", ["studio.twilio.com", "ftp://a", "https://", "https://u:p@a", "https://a/b", "", "//a"]
)
def test_a_base_url_that_is_no_host_is_a_wrong_setting(url: str, clock: VirtualClock) -> None:
    with pytest.raises(ConfigurationError, match="STUDIO_BASE_URL"):
        studio(url, clock)


# Where credentials go


@pytest.mark.parametrize(
    "foreign",
    [
        "https://127.0.0.1:{port}/v2",
        "http://127.0.0.1:1/v2",
        "http://127.0.0.1/v2",
        "http://localhost:{port}/v2",
        "http://127.0.0.1:{port}@evil.example/v2",
        "http://evil.example\\@127.0.0.1:{port}/v2",
        "http://evil.example#@127.0.0.1:{port}/v2",
        "http://user:pass@127.0.0.1:{port}/v2",
        "http://127.0.0.1:{port}.evil.example/v2",
        "http://127.0.0.1.:{port}/v2",
        "//127.0.0.1:{port}/v2",
        "/v2/Flows",
        "http:/v2",
        "http://[::1/v2",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_foreign_url_is_refused_before_any_request(foreign: str, clock: VirtualClock) -> None:
    with scripted_server(OK) as server:
        url = foreign.format(port=server.port)

        with pytest.raises(PageError, match="refused a URL"):
            studio(server, clock).get(url + "?PageToken=t0ken", FAR)

        assert server.requests == []


def test_a_refused_url_is_named_without_its_query_and_credentials(clock: VirtualClock) -> None:
    with pytest.raises(PageError) as caught:
        studio("http://127.0.0.1:9", clock).get("http://me:pw@evil.example/x?PageToken=t0ken", FAR)

    assert "'evil.example/x'" in str(caught.value)


def test_a_url_with_the_default_port_spelled_out_is_ours(clock: VirtualClock) -> None:
    source = studio("https://studio.invalid", clock)

    with pytest.raises(OutOfTimeError):  # it passed the check: only the time is lacking
        source.get("HTTPS://Studio.invalid:443/v2", clock.monotonic())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused(status: int, clock: VirtualClock) -> None:
    with scripted_server(answer(status, b"", {"Location": "http://127.0.0.1:1/"}), OK) as server:
        with pytest.raises(PageError, match=f"HTTP {status}"):
            get(server, clock)

        assert len(server.requests) == 1


# 429


def test_429_waits_as_long_as_retry_after_says(clock: VirtualClock) -> None:
    with scripted_server(answer(429, headers={"Retry-After": "7"}), OK) as server:
        assert get(server, clock) == Reply(PAGE, throttles=1)
    assert clock.naps == [7]


def test_429_understands_a_date(clock: VirtualClock) -> None:
    date = format_datetime(clock.now() + timedelta(seconds=9), usegmt=True)
    with scripted_server(answer(429, headers={"Retry-After": date}), OK) as server:
        get(server, clock)
    assert clock.naps == [9]


def test_429_waits_a_minute_at_most_before_it_asks_again(clock: VirtualClock) -> None:
    with scripted_server(answer(429, headers={"Retry-After": "86400"}), OK) as server:
        get(server, clock)
    assert clock.naps == [60]


def test_429_without_a_word_backs_off_up_to_a_limit(clock: VirtualClock) -> None:
    with scripted_server(*[answer(429)] * 8, OK) as server:
        assert get(server, clock).throttles == 8
    assert clock.naps == [1, 2, 4, 8, 16, 20, 20, 20]


def test_429_is_patient_beyond_the_attempts_that_failures_have(clock: VirtualClock) -> None:
    with scripted_server(*[answer(429)] * 40, OK) as server:
        assert get(server, clock).throttles == 40


def test_waits_have_full_jitter(clock: VirtualClock) -> None:
    draws = iter([0.25, 0.0])
    with scripted_server(answer(429), answer(500), OK) as server:
        get(server, clock, jitter=lambda: next(draws))
    assert clock.naps == [0.25, 0.0]


def test_429_up_to_the_deadline_is_work_still_due_and_no_sleep_goes_past_it(
    clock: VirtualClock,
) -> None:
    with scripted_server(*[answer(429, headers={"Retry-After": "10"})] * 9) as server:
        with pytest.raises(ThrottledError) as caught:
            studio(server, clock).get(server.url + PATH + QUERY, 35.0)

        assert caught.value.counts.throttles == 4
        assert len(server.requests) == 4
    assert clock.monotonic() == 30


def test_429_halves_the_requests_in_flight(clock: VirtualClock) -> None:
    with scripted_server(answer(429), OK) as server:
        source = studio(server, clock, concurrency=4)
        source.get(server.url + PATH, FAR)

        assert source._gate.limit == 2  # noqa: SLF001  (no other sign of it shows)


# Failures


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(answer(500, b"<html>oops</html>"), id="html-500"),
        pytest.param(answer(502, b""), id="empty-502"),
        pytest.param(answer(503, b'{"code": 20503}'), id="503"),
        pytest.param(answer(504, b"[]"), id="504"),
        pytest.param(answer(408), id="408"),
        pytest.param(RESET, id="reset"),
        pytest.param(Step(then="close"), id="closed"),
        pytest.param(answer(200, PAGE, announced=100, then="close"), id="cut"),
        pytest.param(answer(200, PAGE, announced=100, then="reset"), id="reset-in-body"),
        pytest.param(
            Step(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "close"),
            id="cut-between-chunks",
        ),
        pytest.param(
            Step(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc", "close"),
            id="cut-in-chunk",
        ),
        pytest.param(
            answer(200, gzip.compress(PAGE)[:-9], {"Content-Encoding": "gzip"}), id="cut-gzip"
        ),
        pytest.param(answer(200, PAGE, {"Content-Encoding": "gzip"}), id="no-gzip"),
        pytest.param(answer(200, b"", {"Content-Encoding": "gzip"}), id="empty-gzip"),
        pytest.param(answer(200, PAGE, {"Content-Encoding": "br"}), id="unasked-encoding"),
        pytest.param(Step(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "close"), id="no-http"),
    ],
)
class TestFailure:
    def test_it_is_asked_again_and_healed(self, failure: Step, clock: VirtualClock) -> None:
        with scripted_server(failure, OK) as server:
            assert get(server, clock) == Reply(PAGE)
        assert clock.naps == [1]

    def test_it_ends_the_get_after_five_times(self, failure: Step, clock: VirtualClock) -> None:
        with scripted_server(*[failure] * 9) as server:
            with pytest.raises(UnavailableError, match="failed 5 times") as caught:
                get(server, clock)

            assert len(server.requests) == 5
            assert PATH in str(caught.value)
        assert clock.naps == [1, 2, 4, 8]


def test_a_hang_is_cut_by_the_read_time_out(clock: VirtualClock) -> None:
    with scripted_server(HANG, OK) as server:
        assert get(server, clock, read_timeout_seconds=0.1) == Reply(PAGE)


def test_a_hang_in_mid_body_is_cut_by_the_read_time_out(clock: VirtualClock) -> None:
    with scripted_server(answer(200, PAGE, announced=100, then="hang"), OK) as server:
        assert get(server, clock, read_timeout_seconds=0.1) == Reply(PAGE)


def test_a_server_that_is_not_there_is_unavailable_and_named(clock: VirtualClock) -> None:
    with scripted_server() as server:
        gone = server.url

    with pytest.raises(UnavailableError, match=f"NewConnectionError for {gone}{PATH}$"):
        studio(gone, clock).get(gone + PATH, FAR)


def test_failures_up_to_the_deadline_are_unavailable(clock: VirtualClock) -> None:
    with scripted_server(*[answer(503)] * 9) as server:
        with pytest.raises(UnavailableError, match="HTTP 503"):
            studio(server, clock).get(server.url + PATH, 2.5)

        assert len(server.requests) == 2
    assert clock.monotonic() == 1


def test_a_policy_may_be_less_patient(clock: VirtualClock) -> None:
    with scripted_server(*[RESET] * 9) as server:
        with pytest.raises(UnavailableError):
            get(server, clock, policy=RetryPolicy(attempts=1))
        assert len(server.requests) == 1


# Time


class RealClock(VirtualClock):
    """For the time-outs of sockets, which know no other time."""

    def monotonic(self) -> float:
        return time.monotonic()


def test_no_request_is_sent_after_the_deadline(clock: VirtualClock) -> None:
    with scripted_server(OK) as server:
        with pytest.raises(OutOfTimeError):
            studio(server, clock).get(server.url + PATH, clock.monotonic())
        assert server.requests == []


def test_a_hang_up_to_the_deadline_is_work_still_due() -> None:
    with scripted_server(HANG) as server, pytest.raises(OutOfTimeError):
        studio(server, RealClock()).get(server.url + PATH, time.monotonic() + 0.1)


def test_a_body_that_drips_meets_the_deadline() -> None:
    class DrippingClock(VirtualClock):
        """A second passes whenever the time is asked for, as if each byte took one."""

        def monotonic(self) -> float:
            self.advance(1)
            return super().monotonic()

    cut = answer(200, b"{", announced=100, then="hang")
    with scripted_server(cut) as server, pytest.raises(OutOfTimeError):
        studio(server, DrippingClock()).get(server.url + PATH, 3.0)


# Refusals


class ChangingCredentials:
    """A secret that was rotated after it was first read."""

    def __init__(self, *values: Credentials) -> None:
        self._values = list(values)
        self.renewals = 0

    def get(self) -> Credentials:
        return self._values[0]

    def renew(self) -> bool:
        self.renewals += 1
        before = self._values[0]
        if len(self._values) > 1:
            del self._values[0]
        return self._values[0] != before


NEW_KEY = Credentials("SK1", "n3w")
UNAUTHORIZED = twilio_error(401, 20003, "Authenticate")


def test_401_asks_again_with_credentials_that_were_rotated(clock: VirtualClock) -> None:
    with scripted_server(UNAUTHORIZED, OK) as server:
        assert get(server, clock, credentials=ChangingCredentials(KEY, NEW_KEY)) == Reply(PAGE)

        assert server.header("Authorization") == "Basic " + base64.b64encode(b"SK1:n3w").decode()
    assert clock.naps == []


def test_401_with_unchanged_credentials_is_an_access_error(clock: VirtualClock) -> None:
    credentials = ChangingCredentials(KEY)
    with scripted_server(UNAUTHORIZED, OK) as server:
        with pytest.raises(AccessError, match="code 20003"):
            get(server, clock, credentials=credentials)

        assert len(server.requests) == 1
    assert credentials.renewals == 1


def test_401_renews_once_only(clock: VirtualClock) -> None:
    credentials = ChangingCredentials(KEY, NEW_KEY, KEY, NEW_KEY)
    with scripted_server(*[UNAUTHORIZED] * 4) as server:
        with pytest.raises(AccessError):
            get(server, clock, credentials=credentials)

        assert len(server.requests) == 2


def test_401_after_another_thread_renewed_asks_again(clock: VirtualClock) -> None:
    class Renewed(ChangingCredentials):
        def renew(self) -> bool:
            super().renew()
            return False  # the other thread's call was the one that saw the change

    with scripted_server(UNAUTHORIZED, OK) as server:
        assert get(server, clock, credentials=Renewed(KEY, NEW_KEY)) == Reply(PAGE)


def test_an_error_while_renewing_is_the_error(clock: VirtualClock) -> None:
    class Broken(ChangingCredentials):
        def renew(self) -> bool:
            raise UnavailableError("no secret today")

    with scripted_server(UNAUTHORIZED) as server, pytest.raises(UnavailableError, match="today"):
        get(server, clock, credentials=Broken(KEY))


@pytest.mark.parametrize(
    ("refusal", "error", "asked"),
    [
        (twilio_error(403, 20403, "Account suspended"), AccessError, 1),
        (twilio_error(403, 70051, "Key lacks a permission"), AccessError, 1),
        (twilio_error(404, 20404, "Not found"), FlowNotFoundError, 2),
        (twilio_error(400, 21481, "Invalid page token"), PageError, 1),
        (answer(400, b"<html>"), PageError, 1),
        (answer(410, b""), PageError, 1),
        (answer(204, b""), PageError, 1),
        (answer(206, PAGE), PageError, 1),
    ],
)
def test_a_refusal_says_what_it_is(
    refusal: Step, error: type[StudioExportError], asked: int, clock: VirtualClock
) -> None:
    with scripted_server(*[refusal] * 3) as server:
        with pytest.raises(error) as caught:
            get(server, clock)

        assert type(caught.value) is error
        assert len(server.requests) == asked


def test_a_spurious_404_is_healed(clock: VirtualClock) -> None:
    with scripted_server(twilio_error(404, 20404, "Not found"), OK) as server:
        assert get(server, clock) == Reply(PAGE)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 429, 500])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_every_error_names_what_support_asks_for_and_nothing_secret(
    status: int, encoding: str, clock: VirtualClock
) -> None:
    body = b'{"code": 20999, "message": "Go\\n away", "account": "b0dy"}'
    headers = {"Twilio-Request-Id": "RQ7", "Content-Encoding": encoding}
    body = gzip.compress(body) if encoding == "gzip" else body
    with (
        scripted_server(*[answer(status, body, headers)] * 9) as server,
        pytest.raises(StudioExportError) as caught,
    ):
        studio(server, clock).get(server.url + PATH + QUERY, 20.0)

    message = str(caught.value)
    expected = [
        f"HTTP {status}",
        "code 20999 (https://www.twilio.com/docs/errors/20999)",
        PATH,
        "RQ7",
    ]
    assert [part for part in expected if part not in message] == []
    secrets = [
        "Go",
        "away",
        "t0ken",
        "SK0",
        "s3cret",
        "b0dy",
        base64.b64encode(b"SK0:s3cret").decode(),
        "\n",
    ]
    assert [secret for secret in secrets if secret in message] == []


@pytest.mark.parametrize("code", ["15550100", "9999", "true", '"20003"', "null", "[20003]"])
def test_a_code_that_is_none_of_twilios_is_not_told(code: str, clock: VirtualClock) -> None:
    with (
        scripted_server(answer(403, f'{{"code": {code}}}'.encode())) as server,
        pytest.raises(AccessError, match=r"HTTP 403 for /") as caught,
    ):
        get(server, clock)

    assert code not in str(caught.value)


# Threads


def test_threads_share_a_source_and_get_their_own_pages(clock: VirtualClock) -> None:
    page = answer(200, PAGE)
    with scripted_server(*[page] * 64) as server:
        source = studio(server, clock, concurrency=4)

        with ThreadPoolExecutor(16) as threads:
            urls = [f"{server.url}{PATH}?n={number}" for number in range(64)]
            replies = list(threads.map(lambda url: source.get(url, FAR), urls))

        assert replies == [Reply(PAGE)] * 64
        assert {request.split(" ")[1] for request in server.requests} == {
            url.removeprefix(server.url) for url in urls
        }
        assert server.connections <= 4
