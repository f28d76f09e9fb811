"""Studio through an HTTP proxy: a tunnel, with the certificate of Studio checked at its end."""

import base64
from pathlib import Path

import pytest

from studio_export.adapters.retry import RetryPolicy
from studio_export.errors import EndpointError, UnavailableError
from studio_export.model import Reply
from tests.unit.adapters.connect_proxy import connect_proxy
from tests.unit.adapters.scripted_server import ScriptedServer
from tests.unit.adapters.twilio_client import FAR, PAGE, PATH, get, studio
from tools.devkit.fakes.clock import VirtualClock


def test_requests_go_through_the_proxy_and_only_studio_sees_the_credentials(
    tls_server: ScriptedServer, certificate: Path, clock: VirtualClock
) -> None:
    with connect_proxy(("127.0.0.1", tls_server.port)) as proxy:
        url = f"http://user:p%40ss@127.0.0.1:{proxy.port}"
        assert get(tls_server, clock, proxy=url, ca_certs=str(certificate)) == Reply(PAGE)

    (head,) = proxy.heads
    assert head.startswith(f"CONNECT 127.0.0.1:{tls_server.port} HTTP/1.")
    assert base64.b64encode(b"user:p@ss").decode() in head
    assert base64.b64encode(b"SK0:s3cret").decode() not in head
    assert tls_server.header("Proxy-Authorization") is None
    assert tls_server.header("Authorization") == "Basic " + base64.b64encode(b"SK0:s3cret").decode()


def test_the_certificate_is_checked_behind_a_proxy_too(
    tls_server: ScriptedServer, clock: VirtualClock
) -> None:
    with (
        connect_proxy(("127.0.0.1", tls_server.port)) as proxy,
        pytest.raises(EndpointError, match="SSL_CERT_FILE"),
    ):
        get(tls_server, clock, proxy=f"http://127.0.0.1:{proxy.port}")

    assert tls_server.requests == []


def test_a_proxy_that_refuses_the_credentials_is_named_at_once_and_no_password_is(
    tls_server: ScriptedServer, clock: VirtualClock
) -> None:
    answer = b"407 Proxy Authentication Required"
    with (
        connect_proxy(("127.0.0.1", tls_server.port), answer) as proxy,
        pytest.raises(EndpointError, match="TWILIO_PROXY") as caught,
    ):
        get(tls_server, clock, proxy=f"http://user:pa55@127.0.0.1:{proxy.port}")

    assert len(proxy.heads) == 1
    assert "pa55" not in str(caught.value)


def test_a_proxy_that_fails_is_tried_again(tls_server: ScriptedServer, clock: VirtualClock) -> None:
    with (
        connect_proxy(("127.0.0.1", tls_server.port), b"502 Bad Gateway") as proxy,
        pytest.raises(UnavailableError, match="failed 5 times"),
    ):
        get(tls_server, clock, proxy=f"http://127.0.0.1:{proxy.port}")

    assert len(proxy.heads) == 5


def test_a_proxy_whose_name_is_unknown_is_named(
    tls_server: ScriptedServer, clock: VirtualClock
) -> None:
    with pytest.raises(EndpointError, match="proxy in TWILIO_PROXY cannot be resolved"):
        get(tls_server, clock, proxy="http://proxy.invalid:3128", policy=RetryPolicy(attempts=2))


def test_an_edge_whose_name_is_unknown_is_tried_again_and_then_its_variables_are_named(
    clock: VirtualClock,
) -> None:
    url = "https://studio.atlantis.xx1.invalid"
    with pytest.raises(EndpointError, match=r"atlantis.*TWILIO_EDGE and TWILIO_REGION"):
        studio(url, clock).get(url + PATH, FAR)

    assert clock.naps == [1, 2, 4, 8]
