"""No request that carries credentials leaves for another host, port, scheme or path."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3.util import parse_url

from simulator.server import StudioServer
from simulator.studio import Studio
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.errors import InvalidPageError
from studio_export.model import Credentials, Span
from studio_export.twilio.listing import executions, executions_url, follower, list_flows
from tests.unit.adapters.scripted_server import ScriptedServer, Step, answer, scripted_server
from tools.devkit import program
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.repository import import_path

FLOW = "FW" + "0" * 32
PATH = f"/v2/Flows/{FLOW}/Executions"
SPAN = Span(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC))
FAR = 1e6
KEY = StaticCredentials(Credentials("SK0", "s3cret"))


@dataclass(frozen=True)
class Net:
    """A Studio, and two servers that must receive no connection."""

    studio: ScriptedServer
    other_port: ScriptedServer
    other_host: ScriptedServer

    @property
    def source(self) -> TwilioHttp:
        return TwilioHttp(
            self.studio.url, StaticCredentials(Credentials("SK0", "s")), VirtualClock()
        )

    @property
    def strangers(self) -> int:
        return self.other_port.connections + self.other_host.connections

    def answers(self, *steps: Step) -> None:
        self.studio.steps[:] = steps
        self.studio.requests.clear()

    def filled(self, url: str) -> str:
        return url.format(
            own=f"127.0.0.1:{self.studio.port}",
            port=self.studio.port,
            trap=f"127.0.0.1:{self.other_port.port}",
            host=f"127.0.0.2:{self.studio.port}",
            path=PATH,
        )


@pytest.fixture(scope="module")
def net() -> Iterator[Net]:
    with scripted_server() as studio, scripted_server() as other_port:
        # All of 127.0.0.0/8 is this machine on Linux; elsewhere the port alone is another.
        host = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"
        at = (host, studio.port if sys.platform == "linux" else 0)
        with scripted_server(at=at) as other_host:
            yield Net(studio, other_port, other_host)


def page(key: str, next_page_url: object = None) -> Step:
    meta = {"key": key, "next_page_url": next_page_url}
    return answer(200, json.dumps({"meta": meta, key: []}).encode())


HOSTILE = {
    "another host": "http://{host}{path}?Page=1",
    "another port": "http://{trap}{path}?Page=1",
    "no port": "http://127.0.0.1{path}",
    "an empty port": "http://127.0.0.1:{path}",
    "a port with a zero before it": "http://127.0.0.1:0{port}{path}",
    "another scheme": "https://{own}{path}",
    "a scheme of no web": "ftp://{own}{path}",
    "a file": "file:///etc/passwd",
    "the own host as a user": "http://{own}@{trap}{path}",
    "a user": "http://user@{own}{path}",
    "a user and a password": "http://user:secret@{own}{path}",
    "an empty user": "http://@{own}{path}",
    "a user that is encoded": "http://{host}%40{own}{path}",
    "a backslash before the host": "http://{trap}\\@{own}{path}",
    "a backslash after the host": "http://{own}\\@{trap}{path}",
    "backslashes for slashes": "http:\\\\{trap}{path}",
    "a slash and a backslash": "http:/\\{trap}{path}",
    "a backslash in the path": "http://{own}{path}\\..\\..\\x",
    "no scheme": "//{own}{path}",
    "no scheme, another host": "//{trap}{path}",
    "a path alone": "{path}?Page=1",
    "a query alone": "?Page=1",
    "no host": "http://{path}",
    "three slashes": "http:///{own}{path}",
    "no slashes": "http:{own}{path}",
    "wide dots": "http://127\u30020\u30020\u30021:{port}{path}",
    "wide digits": "http://\uff11\uff12\uff17.0.0.1:{port}{path}",
    "a dot after the host": "http://127.0.0.1.:{port}{path}",
    "the host as a number": "http://2130706433:{port}{path}",
    "the host in hex": "http://0x7f.0.0.1:{port}{path}",
    "the host in short": "http://127.1:{port}{path}",
    "the host in IPv6": "http://[::ffff:127.0.0.1]:{port}{path}",
    "half a bracket": "http://[::1{path}",
    "a name of the host": "http://localhost:{port}{path}",
    "a host below": "http://{own}.evil.example{path}",
    "an encoded slash": "http://{own}/v2/Flows%2F{path}",
    "an encoded letter": "http://{own}{path}".replace("{path}", PATH.replace("E", "%45", 1)),
    "a way up and back": "http://{own}{path}/../Executions",
    "an encoded way up": "http://{own}{path}/%2e%2e/%2e%2e",
    "a way up at the beginning": "http://{own}/..{path}",
    "a dot in the path": "http://{own}/.{path}",
    "two slashes": "http://{own}/{path}",
    "a slash at the end": "http://{own}{path}/",
    "parameters of the path": "http://{own}{path};x=1?Page=1",
    "a deeper path": "http://{own}{path}/FN1/Context",
    "another path": "http://{own}/v2/Flows/FW1",
    "another case": "http://{own}" + PATH.upper(),
    "no path": "http://{own}?Page=1",
    "a line end in the path": "http://{own}/v2/Flows/\n" + PATH.removeprefix("/v2/Flows/"),
    "a tab in the path": "http://{own}/v2/Fl\tows/" + PATH.removeprefix("/v2/Flows/"),
    "a line end after the host": "http://{own}\r\n{path}",
    "a request in the query": "http://{own}{path}?Page=1 HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET /",
    "a line end at the end": "http://{own}{path}?Page=1\r\n",
    "a space before it": " http://{own}{path}?Page=1",
    "a zero before it": "\x00http://{own}{path}?Page=1",
    "a space in the query": "http://{own}{path}?Page=1 &a",
    "a letter in the query that is none of a URL": "http://{own}{path}?Page=\u00e9",
    "a number": 7,
    "an object": {"url": "http://{own}{path}"},
}


def path_of(request: str) -> str:
    return request.split(" ", 2)[1].partition("?")[0]


@pytest.mark.parametrize("url", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_next_page_is_requested_from_the_own_host_and_path_or_not_at_all(
    url: object, net: Net
) -> None:
    hostile = net.filled(url) if isinstance(url, str) else url
    net.answers(page("executions", hostile), page("executions"))

    with suppress(InvalidPageError):
        list(executions(net.source, FLOW, SPAN, FAR))

    assert {path_of(request) for request in net.studio.requests} == {PATH}
    assert len(net.studio.requests) <= 2
    assert net.strangers == 0


@pytest.mark.parametrize("url", ["http://{host}/v2/Flows?Page=1", "http://{own}{path}", "{trap}"])
def test_a_next_page_of_flows_is_requested_from_the_own_host_or_not_at_all(
    url: str, net: Net
) -> None:
    net.answers(page("flows", net.filled(url)), page("flows"))

    with suppress(InvalidPageError):
        list_flows(net.source, FAR)

    assert {path_of(request) for request in net.studio.requests} == {"/v2/Flows"}
    assert net.strangers == 0


OWN = {
    "as Twilio writes it": "http://{own}{path}?PageSize=1000&Page=1&PageToken=PTa%2Bb%3D%3D",
    "the scheme in another case": "HTTP://{own}{path}?Page=1",
    "a fragment": "http://{own}{path}?Page=1#@{trap}",
    "another URL in the query": "http://{own}{path}?Page=1&next=http://{trap}/",
    "no query": "http://{own}{path}",
    "line ends that are encoded": "http://{own}{path}?Page=1%0d%0aX-Evil:%201",
}


@pytest.mark.parametrize("url", OWN.values(), ids=OWN.keys())
def test_only_the_own_host_and_path_are_requested(url: str, net: Net) -> None:
    net.answers(page("executions", net.filled(url)), page("executions"))

    list(executions(net.source, FLOW, SPAN, FAR))

    assert len(net.studio.requests) == 2
    for request in net.studio.requests:
        line, *headers = request.removesuffix("\r\n\r\n").split("\r\n")
        assert line.startswith((f"GET {PATH}?", f"GET {PATH} "))
        names = sorted(header.split(":")[0] for header in headers)
        assert names == ["Accept", "Accept-Encoding", "Authorization", "Host", "User-Agent"]
        assert f"Host: 127.0.0.1:{net.studio.port}" in headers
    assert net.strangers == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location",
    ["http://{trap}{path}", "http://{host}{path}", "//{trap}{path}", "http://{own}/v2/Flows", "/x"],
)
def test_no_redirect_is_followed(status: int, location: str, net: Net) -> None:
    redirect = answer(status, b"", {"Location": net.filled(location)})
    net.answers(redirect, page("executions"))

    with pytest.raises(InvalidPageError, match=f"HTTP {status}"):
        list(executions(net.source, FLOW, SPAN, FAR))

    assert len(net.studio.requests) == 1
    assert net.strangers == 0


@pytest.mark.parametrize("header", ["Refresh", "Content-Location", "Link", "Alt-Svc"])
def test_no_other_header_redirects_a_request(header: str, net: Net) -> None:
    body = page("executions").answer.partition(b"\r\n\r\n")[2]
    net.answers(answer(200, body, {header: net.filled("0; url=http://{trap}{path}")}))

    list(executions(net.source, FLOW, SPAN, FAR))

    assert len(net.studio.requests) == 1
    assert net.strangers == 0


def test_a_proxy_in_the_environment_receives_nothing(net: Net, tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    studio = Studio(lambda: datetime.now(UTC))
    studio.add_flow().add(now - timedelta(hours=1), now - timedelta(minutes=50))
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    proxies = {each: net.other_port.url for name in names for each in (name, name.lower())}
    with StudioServer(studio) as server:
        command = [*program.STUDIO_EXPORT, "run", "--to", str(tmp_path), "--lookback-days", "1"]
        ran = program.run(command, env=import_path() | proxies | server.environment)

    assert ran.returncode == 0, ran.stderr
    assert "1 line " in ran.stdout
    assert net.strangers == 0


# Property test of URLs

FIRST = executions_url("https://studio.twilio.com", FLOW, SPAN)
PIECES = [
    *("/", "\\", "@", ":", "#", "?", ";", ".", "..", "%2e", "%2f", "//", "\t", "\n", " ", "\x00"),
    *("evil.example", "443", ":443", "https:", "http:", "user@", "\u3002", "\uff0f", "[", "]", "é"),
]
edits = st.lists(st.tuples(st.integers(0, 110), st.sampled_from(PIECES)), min_size=1, max_size=3)


@given(edits)
@example([(30, "\n")])
@example([(25, "\\")])
def test_every_followed_url_has_the_origin_and_path_of_the_listing(
    chosen: list[tuple[int, str]],
) -> None:
    url = FIRST
    for at, piece in chosen:
        url = url[:at] + piece + url[at:]
    try:
        followed = follower(FIRST)(url)
    except InvalidPageError:
        return
    sent, first = parse_url(followed or ""), parse_url(FIRST)
    assert (sent.scheme, sent.auth, sent.host) == (first.scheme, first.auth, first.host)
    assert (sent.port or 443, sent.path) == (first.port or 443, first.path)
    assert (sent.request_uri or "").isprintable()


# The traps themselves


@pytest.mark.parametrize("trap", [lambda net: net.other_port, lambda net: net.other_host])
def test_the_traps_record_requests(trap: Callable[[Net], ScriptedServer]) -> None:
    with scripted_server() as studio, scripted_server() as one, scripted_server() as other:
        net = Net(studio, one, other)
        server = trap(net)
        server.steps.append(page("executions"))
        TwilioHttp(server.url, KEY, VirtualClock()).get(server.url + PATH, FAR)
        assert net.strangers == 1
        assert server.header("Authorization")
