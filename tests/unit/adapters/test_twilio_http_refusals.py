"""Responses that need a person: which error each is, and what it quotes."""

import base64
import gzip

import pytest

from studio_export.errors import (
    AccessDeniedError,
    FlowNotFoundError,
    InvalidPageError,
    StudioExportError,
    UnavailableError,
)
from studio_export.model import Credentials, Reply
from tests.unit.adapters.scripted_server import Step, answer, scripted_server
from tests.unit.adapters.twilio_client import (
    KEY,
    OK,
    PAGE,
    PATH,
    QUERY,
    get,
    studio,
    twilio_error,
)
from tools.devkit.fakes.clock import VirtualClock


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
        with pytest.raises(AccessDeniedError, match="code 20003"):
            get(server, clock, credentials=credentials)

        assert len(server.requests) == 1
    assert credentials.renewals == 1


def test_401_renews_once_only(clock: VirtualClock) -> None:
    credentials = ChangingCredentials(KEY, NEW_KEY, KEY, NEW_KEY)
    with scripted_server(*[UNAUTHORIZED] * 4) as server:
        with pytest.raises(AccessDeniedError):
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
        (twilio_error(403, 20403, "Account suspended"), AccessDeniedError, 1),
        (twilio_error(403, 70051, "Key lacks a permission"), AccessDeniedError, 1),
        (twilio_error(404, 20404, "Not found"), FlowNotFoundError, 2),
        (twilio_error(400, 21481, "Invalid page token"), InvalidPageError, 1),
        (answer(400, b"<html>"), InvalidPageError, 1),
        (answer(410, b""), InvalidPageError, 1),
        (answer(204, b""), InvalidPageError, 1),
        (answer(206, PAGE), InvalidPageError, 1),
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
def test_a_code_that_is_not_twilios_is_not_quoted(code: str, clock: VirtualClock) -> None:
    with (
        scripted_server(answer(403, f'{{"code": {code}}}'.encode())) as server,
        pytest.raises(AccessDeniedError, match=r"HTTP 403 for /") as caught,
    ):
        get(server, clock)

    assert code not in str(caught.value)
