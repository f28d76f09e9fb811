"""Twilio's own client reads the simulated Studio, and every answer fits Twilio's schemas."""

# mypy: disable-error-code="import-untyped, misc"
# Twilio publishes no types.

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from simulator.account import Flow
from simulator.clock import VirtualClock
from simulator.context import context_of
from simulator.faults import Fault, Kind
from simulator.openapi import operation, validator
from simulator.server import StudioServer
from simulator.steps import steps_of
from simulator.studio import TWILIO, Studio
from simulator.traffic import fill

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


class CheckedHttpClient(TwilioHttpClient):
    """Redirects requests for Twilio to the simulator, and validates the answers."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=10)
        self.url = url
        self.checked: list[str] = []

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        response = super().request(method, url.replace(TWILIO, self.url), *args, **kwargs)
        if response.status_code == 200:
            path = urlsplit(url).path
            validator(path).validate(json.loads(response.text))
            described = operation(path)
            assert set(described["headers"]) <= set(response.headers or {})
            self.checked.append(described["operationId"])
        return response


@pytest.fixture(scope="module")
def server() -> Iterator[StudioServer]:
    studio = Studio(VirtualClock(NOW))
    for count in (0, 7, 260):
        fill(studio.add_flow(), count, NOW - timedelta(days=30), NOW)
    with StudioServer(studio) as started:
        yield started


@pytest.fixture
def http(server: StudioServer) -> CheckedHttpClient:
    return CheckedHttpClient(server.url)


@pytest.fixture
def client(server: StudioServer, http: CheckedHttpClient) -> Client:
    username, password = server.studio.account.api_key
    return Client(username, password, server.studio.account.sid, http_client=http)


@pytest.fixture
def flow(server: StudioServer) -> Flow:
    return server.studio.account.flows[-1]


def test_it_lists_every_flow(client: Client, server: StudioServer) -> None:
    found = client.studio.v2.flows.list(page_size=2)
    assert [each.sid for each in found] == [each.sid for each in server.studio.account.flows][::-1]


def test_it_lists_every_execution_newest_first(client: Client, flow: Flow) -> None:
    found = client.studio.v2.flows(flow.sid).executions.list(page_size=100)
    assert [each.sid for each in found] == [each.sid for each in flow.there(NOW)][::-1]


def test_it_lists_a_half_open_range(client: Client, flow: Flow) -> None:
    start, stop = flow.executions[100].created, flow.executions[150].created
    found = client.studio.v2.flows(flow.sid).executions.list(
        date_created_from=start, date_created_to=stop
    )
    wanted = {each.sid for each in flow.executions if start <= each.created < stop}
    assert {each.sid for each in found} == wanted


@pytest.mark.parametrize("status", ["active", "ended"])
def test_it_lists_one_status(client: Client, flow: Flow, status: str) -> None:
    found = client.studio.v2.flows(flow.sid).executions.list(status=status, page_size=20)
    wanted = {each.sid for each in flow.there(NOW) if each.ended(NOW) is (status == "ended")}
    assert {each.sid for each in found} == wanted


def test_it_gets_each_execution_as_it_was_listed(client: Client, flow: Flow) -> None:
    executions = client.studio.v2.flows(flow.sid).executions
    for listed in executions.list(limit=20):
        fetched = executions(listed.sid).fetch()
        assert _fields(fetched) == _fields(listed)


def _fields(resource: object) -> dict[str, Any]:
    return {name: value for name, value in vars(resource).items() if not name.startswith("_")}


def test_it_gets_flow_context_and_steps(
    client: Client, flow: Flow, http: CheckedHttpClient
) -> None:
    described = client.studio.v2.flows(flow.sid)
    execution = described.executions(flow.executions[5].sid)
    assert described.fetch().friendly_name == flow.name
    assert execution.execution_context().fetch().context
    assert execution.steps.list(page_size=1)
    assert {"FetchFlow", "FetchExecutionContext", "ListExecutionStep"} <= set(http.checked)


def test_it_lists_every_step_of_an_execution_newest_first(
    client: Client, server: StudioServer, flow: Flow
) -> None:
    for execution in flow.there(NOW)[-30:]:
        listed = client.studio.v2.flows(flow.sid).executions(execution.sid).steps.list(page_size=2)
        expected = steps_of(flow, execution, NOW, server.url)
        assert [each.sid for each in listed] == [each["sid"] for each in expected]
        assert [each.parent_step_sid for each in listed] == [
            each["parent_step_sid"] for each in expected
        ]


def test_it_gets_the_context_of_an_execution(
    client: Client, server: StudioServer, flow: Flow
) -> None:
    for execution in flow.there(NOW)[-30:]:
        described = client.studio.v2.flows(flow.sid).executions(execution.sid)
        expected = context_of(flow, execution, NOW, server.url)
        assert described.execution_context().fetch().context == expected["context"]


def test_it_reads_the_revisions_of_a_flow(
    client: Client, flow: Flow, http: CheckedHttpClient
) -> None:
    described = client.studio.v2.flows(flow.sid)
    assert [each.revision for each in described.revisions.list()] == [1]
    for which in ("1", "LatestPublished", "LatestRevision"):
        assert described.revisions(which).fetch().definition == flow.definition().to_json()
    assert {"ListFlowRevision", "FetchFlowRevision"} <= set(http.checked)


def test_it_reads_twilios_error(client: Client) -> None:
    with pytest.raises(TwilioRestException) as caught:
        client.studio.v2.flows("FW" + "0" * 32).fetch()
    assert (caught.value.status, caught.value.code) == (404, 20404)


@pytest.mark.parametrize("kind", [Kind.OFFSET_TOKENS, Kind.EMPTY_PAGE, Kind.PRETTY])
def test_it_misses_nothing_where_the_api_is_odd_but_correct(
    client: Client, server: StudioServer, flow: Flow, kind: Kind
) -> None:
    server.studio.faults.on(Fault(kind))
    try:
        page = client.studio.v2.flows(flow.sid).executions.page(page_size=100)
        sids: list[str] = []
        while page:
            sids += [each.sid for each in page]
            page = page.next_page()
    finally:
        server.studio.faults.off()
    assert sids == [each.sid for each in flow.there(NOW)][::-1]
