"""Where credentials go: to the host of the base URL, and nowhere else."""

import pytest

from studio_export.errors import ConfigurationError, DeadlineExceededError, InvalidPageError
from tests.unit.adapters.scripted_server import scripted_server
from tests.unit.adapters.twilio_client import FAR, OK, studio
from tools.devkit.fakes.clock import VirtualClock


def test_base_url_loses_its_slash(clock: VirtualClock) -> None:
    assert studio("https://studio.twilio.com/", clock).base_url == "https://studio.twilio.com"


@pytest.mark.parametrize(
    "url", ["studio.twilio.com", "ftp://a", "https://", "https://u:p@a", "https://a/b", "", "//a"]
)
def test_a_base_url_that_is_no_host_is_a_wrong_setting(url: str, clock: VirtualClock) -> None:
    with pytest.raises(ConfigurationError, match="STUDIO_BASE_URL"):
        studio(url, clock)


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

        with pytest.raises(InvalidPageError, match="refused a URL"):
            studio(server, clock).get(url + "?PageToken=t0ken", FAR)

        assert server.requests == []


def test_a_refused_url_is_named_without_its_query_and_credentials(clock: VirtualClock) -> None:
    with pytest.raises(InvalidPageError) as caught:
        studio("http://127.0.0.1:9", clock).get("http://me:pw@evil.example/x?PageToken=t0ken", FAR)

    assert "'evil.example/x'" in str(caught.value)


def test_a_url_with_the_default_port_spelled_out_is_ours(clock: VirtualClock) -> None:
    source = studio("https://studio.invalid", clock)

    with pytest.raises(DeadlineExceededError):  # it passed the check, and then had no time
        source.get("HTTPS://Studio.invalid:443/v2", clock.monotonic())
