"""What is asked of Studio, and what comes back."""

import base64
import gzip
from concurrent.futures import ThreadPoolExecutor

from studio_export.model import Reply
from studio_export.version import VERSION
from tests.unit.adapters.scripted_server import Step, answer, scripted_server
from tests.unit.adapters.twilio_client import (
    FAR,
    OK,
    PAGE,
    PATH,
    QUERY,
    get,
    studio,
    twilio_error,
)
from tools.devkit.fakes.clock import VirtualClock


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
