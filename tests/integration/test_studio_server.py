"""The simulated Studio over HTTP: connections, gzip, faults of the network, control."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import urllib3
from urllib3.exceptions import IncompleteRead, ProtocolError, ReadTimeoutError

from simulator.clock import VirtualClock
from simulator.faults import Fault, Kind
from simulator.server import Limits, StudioServer
from simulator.studio import Studio, basic
from simulator.traffic import fill

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


class Http:
    """One connection pool and the right credentials."""

    def __init__(self, server: StudioServer) -> None:
        self.server = server
        self.flow = server.studio.account.flows[0]
        self.authorization = basic(*server.studio.account.api_key)
        self.pool = urllib3.connection_from_url(server.url, retries=False, maxsize=16)

    def get(
        self, path: str = "/v2/Flows", timeout: float = 10, headers: dict[str, str] | None = None
    ) -> urllib3.BaseHTTPResponse:
        sent = {"Authorization": self.authorization, **(headers or {})}
        return self.pool.request("GET", path, headers=sent, timeout=timeout)

    def control(self, name: str, given: Any = None) -> Any:
        if given is None:
            return self.pool.request("GET", f"/_simulator/{name}").json()
        return self.pool.request("POST", f"/_simulator/{name}", json=given).json()


@contextmanager
def served(limits: Limits | None = None) -> Iterator[Http]:
    studio = Studio(VirtualClock(NOW))
    fill(studio.add_flow(), 50, NOW - timedelta(days=1), NOW)
    with StudioServer(studio, limits=limits) as server:
        http = Http(server)
        with http.pool:
            yield http


@pytest.fixture
def http() -> Iterator[Http]:
    with served() as found:
        yield found


def test_a_connection_serves_many_requests(http: Http) -> None:
    for _ in range(5):
        assert http.get().status == 200
    assert http.get("/v2/nothing").status == 404
    assert http.pool.num_connections == 1


def test_every_url_in_an_answer_is_its_own(http: Http) -> None:
    page = http.get(f"/v2/Flows/{http.flow.sid}/Executions?PageSize=20").json()
    assert page["meta"]["next_page_url"].startswith(http.server.url + "/v2/")
    assert page["executions"][0]["url"].startswith(http.server.url + "/v2/")


@pytest.mark.parametrize("gzip", [True, False])
def test_it_compresses_for_clients_that_accept_it(gzip: bool) -> None:  # noqa: FBT001 - a parameter
    with served(Limits(gzip=gzip)) as http:
        path = f"/v2/Flows/{http.flow.sid}/Executions"
        plain, encoded = http.get(path), http.get(path, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in plain.headers
        assert encoded.headers.get("Content-Encoding") == ("gzip" if gzip else None)
        assert encoded.data == plain.data


def test_without_credentials_it_is_401(http: Http) -> None:
    assert http.get(headers={"Authorization": ""}).status == 401


def test_a_connection_may_be_reset(http: Http) -> None:
    http.server.studio.faults.on(Fault(Kind.RESET, times=1))
    with pytest.raises(ProtocolError, match="reset"):
        http.get()
    assert http.get().status == 200


def test_a_body_may_be_cut(http: Http) -> None:
    http.server.studio.faults.on(Fault(Kind.CUT_BODY, times=1))
    with pytest.raises(ProtocolError) as caught:
        http.get()
    assert isinstance(caught.value, IncompleteRead) or "IncompleteRead" in str(caught.value)


def test_an_answer_may_hang(http: Http) -> None:
    http.server.studio.faults.on(Fault(Kind.HANG, times=1))
    with pytest.raises(ReadTimeoutError):
        http.get(timeout=0.05)


def test_an_answer_may_be_slow(http: Http) -> None:
    http.server.studio.faults.on(Fault(Kind.SLOW, 60, times=1))
    with pytest.raises(ReadTimeoutError):
        http.get(timeout=0.05)


def test_above_its_concurrency_it_answers_429() -> None:
    refused = Event()
    with served(Limits(concurrency=2)) as http, ThreadPoolExecutor(8) as many:
        http.server.studio.on_request = lambda _: refused.wait(10)
        asked = [many.submit(http.get) for _ in range(8)]
        answers = []
        for done in as_completed(asked):
            answers.append(done.result())
            refused.set()
    assert (answers[0].status, answers[0].json()["code"]) == (429, 20429)
    assert {answer.status for answer in answers} == {200, 429}


def test_another_process_may_move_the_clock(http: Http) -> None:
    assert http.control("clock", {"advance_seconds": 3600})["now"] == "2026-11-23T15:00:00+00:00"
    http.control("clock", {"now": "2026-12-24T00:00:00Z"})
    assert http.server.studio.clock() == datetime(2026, 12, 24, tzinfo=UTC)
    assert http.get(f"/v2/Flows/{http.flow.sid}/Executions").json()["executions"] == []


def test_another_process_may_switch_faults(http: Http) -> None:
    http.control("faults", [{"kind": "throttled", "value": 2, "times": 1}])
    assert [http.get().status, http.get().status] == [429, 200]
    assert http.control("faults")[0]["met"] == 2
    assert http.control("faults", []) == []


def test_another_process_may_set_limits(http: Http) -> None:
    assert http.control("limits", {"concurrency": 0})["concurrency"] == 0
    assert http.get().status == 429


def test_another_process_may_add_executions_and_read_their_expected_status(http: Http) -> None:
    before = http.control(f"executions?{http.flow.sid}")
    assert len(before) == 50
    rows = [{"created": "2026-11-23T13:59:00Z", "ends_at": "2026-11-23T13:59:30Z"}]
    after = http.control("executions", {"flow_sid": http.flow.sid, "executions": rows})
    assert [after[sid] for sid in after.keys() - before.keys()] == ["ended"]


def test_another_process_may_add_steps_and_read_those_that_are_expected(http: Http) -> None:
    ended = {"created": "2026-11-23T13:59:00Z", "ends_at": "2026-11-23T13:59:30Z"}
    rows = [ended | {"steps": count} for count in (0, 3)]
    http.control("executions", {"flow_sid": http.flow.sid, "executions": rows})
    expected = http.control(f"steps?{http.flow.sid}")
    assert len(expected) == 52
    for execution, count in zip(http.flow.executions[-2:], (0, 3), strict=True):
        page = http.get(f"/v2/Flows/{http.flow.sid}/Executions/{execution.sid}/Steps").json()
        assert [step["sid"] for step in page["steps"]] == expected[execution.sid]
        assert len(expected[execution.sid]) == count


def test_an_invalid_control_request_is_refused(http: Http) -> None:
    assert "message" in http.control("faults", [{"kind": "earthquake"}])
    assert http.control("unknown") == {}


def test_it_runs_as_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "simulator", "--flows", "2", "--executions", "30"]
    command += ["--days", "3", "--seed", "s", "--now", "2026-11-23T14:00:00Z", "--rate", "0"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url, username, password = process.stdout.readline().split()
            headers = {"Authorization": basic(username, password)}
            with urllib3.PoolManager(headers=headers) as pool:
                flows = json.loads(pool.request("GET", f"{url}/v2/Flows").data)["flows"]
            assert len(flows) == 2
        finally:
            os.kill(process.pid, signal.SIGTERM)
