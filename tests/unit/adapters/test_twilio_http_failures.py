"""No answer, half a one, or one of a server that fails: it is asked again."""

import gzip

import pytest

from studio_export.adapters.retry import RetryPolicy
from studio_export.errors import UnavailableError
from studio_export.model import Reply
from tests.unit.adapters.scripted_server import HANG, RESET, Step, answer, scripted_server
from tests.unit.adapters.twilio_client import FAR, OK, PAGE, PATH, get, studio
from tools.devkit.fakes.clock import VirtualClock


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


@pytest.mark.parametrize(
    "hang", [HANG, answer(200, PAGE, announced=100, then="hang")], ids=["at once", "in mid body"]
)
def test_a_hang_is_cut_by_the_read_time_out(hang: Step, clock: VirtualClock) -> None:
    with scripted_server(hang, OK) as server:
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


HTML = answer(200, b"<html>Please log in to the hotel's network</html>")


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(HTML, id="html"),
        pytest.param(answer(200, b""), id="empty"),
        pytest.param(answer(200, PAGE[:-1] + b",\n"), id="cut"),
        pytest.param(
            answer(200, gzip.compress(b"Bad Gateway"), {"Content-Encoding": "gzip"}), id="text"
        ),
    ],
)
def test_a_page_that_is_no_json_is_asked_for_once_more(page: Step, clock: VirtualClock) -> None:
    with scripted_server(page, OK) as server:
        assert get(server, clock) == Reply(PAGE)
    assert clock.naps == [1]


def test_a_page_that_is_no_json_twice_is_for_the_parser_to_refuse(clock: VirtualClock) -> None:
    with scripted_server(HTML, HTML, OK) as server:
        assert get(server, clock).body.startswith(b"<html>")
        assert len(server.requests) == 2


@pytest.mark.parametrize("page", [b"\n " + PAGE + b" \r\n", b"\xef\xbb\xbf" + PAGE])
def test_white_space_around_a_page_is_no_reason_to_ask_again(
    page: bytes, clock: VirtualClock
) -> None:
    with scripted_server(answer(200, page)) as server:
        assert get(server, clock) == Reply(page)
