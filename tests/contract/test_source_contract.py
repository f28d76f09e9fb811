"""What every `Source` does, the one over HTTP and the simulated one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from simulator.account import Flow
from simulator.context import context_of
from simulator.faults import Fault, Kind
from simulator.server import StudioServer
from simulator.source import StudioSource
from simulator.steps import steps_of
from simulator.studio import Studio
from simulator.traffic import fill
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.errors import (
    AccessDeniedError,
    DeadlineExceededError,
    FlowNotFoundError,
    InvalidPageError,
    StudioExportError,
    ThrottledError,
    UnavailableError,
)
from studio_export.model import Credentials
from studio_export.ports import Clock, Source
from tools.devkit.fakes.clock import VirtualClock

DEADLINE = 600.0
SILENCE_SECONDS = 0.5  # long enough for a busy machine to answer
SECRET = "correct-horse"
NO_ANSWER = [Kind.SERVER_ERROR, Kind.RESET, Kind.HANG, Kind.CUT_BODY]


@dataclass(frozen=True, slots=True)
class Subject:
    source: Source
    stranger: Source
    studio: Studio
    clock: VirtualClock
    flow: Flow

    @property
    def url(self) -> str:
        return f"{self.studio.base_url}/v2/Flows/{self.flow.sid}/Executions?PageSize=7"

    def switch_on(self, kind: Kind, value: float | str | None = None, **when: int) -> None:
        self.studio.faults.on(Fault(kind, value, **when))  # type: ignore[arg-type]

    def get(self) -> bytes:
        return self.source.get(self.url, DEADLINE).body


@pytest.fixture(params=["simulated", "http"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    clock = VirtualClock()
    studio = Studio(clock.now)
    flow = studio.add_flow()
    fill(flow, 20, clock.now() - timedelta(days=1), clock.now())
    username = next(iter(studio.account.credentials))
    studio.account.credentials = {username: SECRET}
    if request.param == "simulated":
        known = StudioSource(studio, (username, SECRET), clock=clock)
        stranger = StudioSource(studio, (username, "wrong"), clock=clock)
        yield Subject(known, stranger, studio, clock, flow)
        return
    with StudioServer(studio) as server:
        yield Subject(
            _over_http(server, username, SECRET, clock),
            _over_http(server, username, "wrong", clock),
            studio,
            clock,
            flow,
        )


def _over_http(server: StudioServer, username: str, password: str, clock: Clock) -> Source:
    credentials = StaticCredentials(Credentials(username, password))
    return TwilioHttp(server.url, credentials, clock, read_timeout_seconds=SILENCE_SECONDS)


def test_its_base_url_ends_without_a_slash(subject: Subject) -> None:
    assert subject.source.base_url == subject.studio.base_url
    assert not subject.source.base_url.endswith("/")


def test_it_gets_each_page_of_a_list(subject: Subject) -> None:
    url, found = subject.url, []
    while url:
        page = json.loads(subject.source.get(url, DEADLINE).body)
        found += [row["sid"] for row in page["executions"]]
        url = page["meta"]["next_page_url"]
    assert found == [each.sid for each in subject.flow.executions][::-1]


def test_it_gets_a_large_body_whole(subject: Subject) -> None:
    now = subject.clock.now()
    subject.flow.add(now - timedelta(seconds=1), context_bytes=5_000_000)
    assert len(subject.get()) > 5_000_000


def test_it_gets_each_page_of_the_steps_of_an_execution(subject: Subject) -> None:
    base_url, now = subject.studio.base_url, subject.clock.now()
    for execution in subject.flow.executions[:5]:
        url = f"{base_url}/v2/Flows/{subject.flow.sid}/Executions/{execution.sid}/Steps?PageSize=2"
        found = []
        while url:
            page = json.loads(subject.source.get(url, DEADLINE).body)
            found += page["steps"]
            url = page["meta"]["next_page_url"]
        assert found == steps_of(subject.flow, execution, now, base_url)


def test_it_gets_the_context_of_an_execution(subject: Subject) -> None:
    base_url, now = subject.studio.base_url, subject.clock.now()
    for execution in subject.flow.executions[:5]:
        expected = context_of(subject.flow, execution, now, base_url)
        assert json.loads(subject.source.get(expected["url"], DEADLINE).body) == expected


def test_it_gets_a_revision_of_a_flow(subject: Subject) -> None:
    url = f"{subject.studio.base_url}/v2/Flows/{subject.flow.sid}/Revisions/LatestPublished"
    found = json.loads(subject.source.get(url, DEADLINE).body)
    assert found["definition"] == subject.flow.definition().to_json()


@pytest.mark.parametrize("part", ["Steps", "Context"])
def test_what_a_deleted_execution_had_is_404(subject: Subject, part: str) -> None:
    execution = subject.flow.executions[0]
    execution.deleted_at = subject.clock.now()
    url = f"{subject.studio.base_url}/v2/Flows/{subject.flow.sid}/Executions/{execution.sid}/{part}"
    with pytest.raises(StudioExportError, match="404"):
        subject.source.get(url, DEADLINE)


def test_it_judges_no_body(subject: Subject) -> None:
    subject.switch_on(Kind.HTML_PAGE)
    assert subject.get().startswith(b"<html>")


def test_it_waits_as_long_as_429_asks_and_counts_it(subject: Subject) -> None:
    subject.switch_on(Kind.THROTTLED, 7, times=2)
    assert subject.source.get(subject.url, DEADLINE).throttles == 2
    assert subject.clock.naps == [7, 7]


def test_it_bears_429_without_retry_after(subject: Subject) -> None:
    subject.switch_on(Kind.THROTTLED, times=12)
    assert subject.source.get(subject.url, DEADLINE).throttles == 12


def test_429_to_the_deadline_is_no_failure_but_work_left(subject: Subject) -> None:
    subject.switch_on(Kind.THROTTLED, 30)
    with pytest.raises(ThrottledError) as caught:
        subject.get()
    assert caught.value.counts.throttles == 20
    assert subject.clock.monotonic() < DEADLINE


@pytest.mark.parametrize("kind", NO_ANSWER)
def test_it_asks_again_after_a_failure(subject: Subject, kind: Kind) -> None:
    subject.switch_on(kind, times=1)
    assert json.loads(subject.get())["executions"]
    assert subject.studio.requests == 2


@pytest.mark.parametrize("kind", NO_ANSWER)
def test_a_failure_that_lasts_is_unavailable(subject: Subject, kind: Kind) -> None:
    subject.switch_on(kind)
    with pytest.raises(UnavailableError):
        subject.get()
    assert subject.clock.monotonic() <= DEADLINE


def test_one_404_means_nothing(subject: Subject) -> None:
    subject.switch_on(Kind.NOT_FOUND, times=1)
    assert json.loads(subject.get())["executions"]


def test_a_second_404_means_that_the_flow_is_gone(subject: Subject) -> None:
    url = f"{subject.studio.base_url}/v2/Flows/FW{'0' * 32}/Executions"
    with pytest.raises(FlowNotFoundError):
        subject.source.get(url, DEADLINE)
    assert subject.studio.requests == 2


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.UNAUTHORIZED, None),
        (Kind.SUSPENDED, None),
        (Kind.NO_PERMISSION, 401),
        (Kind.NO_PERMISSION, 403),
    ],
)
def test_refused_credentials_end_it_at_once(
    subject: Subject, kind: Kind, value: float | None
) -> None:
    subject.switch_on(kind, value)
    with pytest.raises(AccessDeniedError, match="Twilio-Request-Id RQ"):
        subject.get()
    assert subject.studio.requests == 1


def test_wrong_credentials_are_refused(subject: Subject) -> None:
    with pytest.raises(AccessDeniedError, match="20003"):
        subject.stranger.get(subject.url, DEADLINE)


@pytest.mark.parametrize("kind", [Kind.BAD_TOKEN, Kind.TOKEN_EXPIRES])
def test_a_token_that_is_refused_fails_the_page(subject: Subject, kind: Kind) -> None:
    url = json.loads(subject.get())["meta"]["next_page_url"]
    subject.switch_on(kind, 0)
    with pytest.raises(InvalidPageError, match="21481"):
        subject.source.get(url, DEADLINE)


def test_it_follows_no_redirect(subject: Subject) -> None:
    subject.switch_on(Kind.REDIRECT, subject.url + "&Page=0")
    with pytest.raises(InvalidPageError):
        subject.get()
    assert subject.studio.requests == 1


@pytest.mark.parametrize(
    "elsewhere", ["https://studio.example.net", "http://127.0.0.1:1", "http://user@127.0.0.1:1"]
)
def test_credentials_go_to_no_other_host(subject: Subject, elsewhere: str) -> None:
    with pytest.raises(InvalidPageError):
        subject.source.get(f"{elsewhere}/v2/Flows", DEADLINE)
    assert subject.studio.requests == 0


def test_without_time_left_it_does_not_ask(subject: Subject) -> None:
    with pytest.raises(DeadlineExceededError):
        subject.source.get(subject.url, subject.clock.monotonic())
    assert subject.studio.requests == 0


@pytest.mark.parametrize("kind", [Kind.UNAUTHORIZED, Kind.SERVER_ERROR, Kind.NOT_FOUND])
def test_no_error_tells_the_secret(subject: Subject, kind: Kind) -> None:
    subject.switch_on(kind)
    with pytest.raises(StudioExportError) as caught:
        subject.get()
    assert SECRET not in repr(caught.value)
