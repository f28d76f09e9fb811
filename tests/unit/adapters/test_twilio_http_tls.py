from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer
from threading import Thread

import pytest

from studio_export.errors import EndpointError, UnavailableError
from studio_export.model import Reply
from tests.unit.adapters.scripted_server import ScriptedServer
from tests.unit.adapters.twilio_client import FAR, PAGE, PATH, get, studio
from tools.devkit.fakes.clock import VirtualClock


def test_a_certificate_that_nobody_vouches_for_is_named_at_once_and_gets_no_credentials(
    tls_server: ScriptedServer, clock: VirtualClock
) -> None:
    with pytest.raises(EndpointError, match=r"certificate of 127.* self-signed.*SSL_CERT_FILE"):
        get(tls_server, clock)

    assert (tls_server.requests, clock.naps) == ([], [])


def test_the_doctor_reports_a_certificate_that_nobody_vouches_for(
    tls_server: ScriptedServer, clock: VirtualClock
) -> None:
    with pytest.raises(EndpointError, match="SSL_CERT_FILE"):
        studio(tls_server, clock).ask_once(tls_server.url + PATH, FAR)


def test_a_failed_handshake_for_another_reason_is_tried_again(clock: VirtualClock) -> None:
    with _in_clear_text() as url, pytest.raises(UnavailableError, match="failed 5 times"):
        studio(url, clock).get(url + PATH, FAR)

    assert clock.naps == [1, 2, 4, 8]


class _ClearText(BaseRequestHandler):
    """Answer a TLS handshake as a server of plain HTTP does."""

    def handle(self) -> None:
        self.request.recv(4096)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


@contextmanager
def _in_clear_text() -> Iterator[str]:
    with TCPServer(("127.0.0.1", 0), _ClearText) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_certificate_of_a_given_authority_is_trusted(
    tls_server: ScriptedServer, certificate: Path, clock: VirtualClock
) -> None:
    assert get(tls_server, clock, ca_certs=str(certificate)) == Reply(PAGE)


def test_a_certificate_of_another_name_gets_no_credentials(
    tls_server: ScriptedServer, certificate: Path, clock: VirtualClock
) -> None:
    url = tls_server.url.replace("127.0.0.1", "localhost")

    with pytest.raises(EndpointError, match="certificate of localhost is not trusted: Hostname"):
        studio(url, clock, ca_certs=str(certificate)).get(url + PATH, FAR)

    assert tls_server.requests == []
