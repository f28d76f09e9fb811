import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.errors import EndpointError, UnavailableError
from studio_export.model import Credentials, Reply
from tests.unit.adapters.scripted_server import ScriptedServer, answer, scripted_server
from tools.devkit.fakes.clock import VirtualClock

CREDENTIALS = StaticCredentials(Credentials("SK0", "s3cret"))


@pytest.fixture
def server(certificate: Path) -> Iterator[ScriptedServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with scripted_server(answer(200, b"{}"), tls=context) as scripted:
        yield scripted


def test_a_certificate_that_nobody_vouches_for_is_named_at_once_and_gets_no_credentials(
    server: ScriptedServer,
) -> None:
    clock = VirtualClock()
    source = TwilioHttp(server.url, CREDENTIALS, clock)

    with pytest.raises(EndpointError, match=r"certificate of 127.* self-signed.*SSL_CERT_FILE"):
        source.get(server.url + "/v2", 1e6)

    assert (server.requests, clock.naps) == ([], [])


def test_the_doctor_reports_a_certificate_that_nobody_vouches_for(server: ScriptedServer) -> None:
    source = TwilioHttp(server.url, CREDENTIALS, VirtualClock())

    with pytest.raises(EndpointError, match="SSL_CERT_FILE"):
        source.ask_once(server.url + "/v2", 1e6)


def test_a_failed_handshake_for_another_reason_is_tried_again() -> None:
    clock = VirtualClock()
    with scripted_server() as plain:  # it speaks no TLS
        url = plain.url.replace("http:", "https:")
        source = TwilioHttp(url, CREDENTIALS, clock, jitter=lambda: 1.0)

        with pytest.raises(UnavailableError, match="failed 5 times"):
            source.get(url + "/v2", 1e6)

    assert clock.naps == [1, 2, 4, 8]


def test_a_certificate_of_a_given_authority_is_trusted(
    server: ScriptedServer, certificate: Path
) -> None:
    source = TwilioHttp(server.url, CREDENTIALS, VirtualClock(), ca_certs=str(certificate))

    assert source.get(server.url + "/v2", 1e6) == Reply(b"{}")


def test_a_certificate_of_another_name_gets_no_credentials(
    server: ScriptedServer, certificate: Path
) -> None:
    url = server.url.replace("127.0.0.1", "localhost")
    source = TwilioHttp(url, CREDENTIALS, VirtualClock(), ca_certs=str(certificate))

    with pytest.raises(EndpointError, match="certificate of localhost is not trusted: Hostname"):
        source.get(url + "/v2", 1e6)

    assert server.requests == []
