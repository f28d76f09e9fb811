import json
from datetime import timedelta
from pathlib import Path

import pytest

from simulator.account import Flow
from simulator.clock import VirtualClock
from simulator.faults import Fault, Kind
from simulator.reader import Reader
from simulator.request import Operation
from simulator.responses import Delivery
from simulator.studio import Studio


def statuses(reader: Reader, count: int, path: str = "/v2/Flows") -> list[int]:
    return [reader.ask(path).status for _ in range(count)]


@pytest.mark.parametrize(
    ("kind", "value", "status", "code"),
    [
        (Kind.THROTTLED, None, 429, 20429),
        (Kind.NOT_FOUND, None, 404, 20404),
        (Kind.UNAUTHORIZED, None, 401, 20003),
        (Kind.SUSPENDED, None, 403, 20403),
        (Kind.NO_PERMISSION, None, 403, 70051),
        (Kind.NO_PERMISSION, 401, 401, 70051),
    ],
)
def test_an_error_replaces_the_answer(
    reader: Reader, kind: Kind, value: float | None, status: int, code: int
) -> None:
    reader.studio.faults.on(Fault(kind, value))
    response = reader.ask("/v2/Flows")
    assert (response.status, json.loads(response.body)["code"]) == (status, code)


@pytest.mark.parametrize(("value", "header"), [(None, None), (3, "3"), (0.5, "0.5")])
def test_429_may_have_a_retry_after(
    studio: Studio, reader: Reader, value: float | None, header: str | None
) -> None:
    studio.faults.on(Fault(Kind.THROTTLED, value))
    assert reader.ask("/v2/Flows").headers.get("Retry-After") == header


def test_429_may_last_until_an_instant(studio: Studio, reader: Reader, clock: VirtualClock) -> None:
    start = clock() + timedelta(minutes=1)
    studio.faults.on(Fault(Kind.THROTTLED, start=start, stop=start + timedelta(hours=1)))
    found = []
    for minutes in (0, 1, 59, 1):
        clock.advance(minutes=minutes)
        found += statuses(reader, 1)
    assert found == [200, 429, 429, 200]


@pytest.mark.parametrize(("value", "status"), [(None, 503), (500, 500), (502, 502)])
def test_5xx_is_html(studio: Studio, reader: Reader, value: float | None, status: int) -> None:
    studio.faults.on(Fault(Kind.SERVER_ERROR, value))
    response = reader.ask("/v2/Flows")
    assert response.status == status
    assert response.headers["Content-Type"] == "text/html"
    assert response.body.startswith(b"<html>")


def test_html_may_have_status_200(studio: Studio, reader: Reader) -> None:
    studio.faults.on(Fault(Kind.HTML_PAGE))
    response = reader.ask("/v2/Flows")
    assert (response.status, response.body[:6]) == (200, b"<html>")


def test_a_redirect_leads_to_another_host(studio: Studio, reader: Reader) -> None:
    studio.faults.on(Fault(Kind.REDIRECT))
    response = reader.ask("/v2/Flows")
    assert (response.status, response.headers["Location"]) == (302, "https://example.net/")


@pytest.mark.parametrize(
    ("kind", "delivery"),
    [
        (Kind.RESET, Delivery.RESET),
        (Kind.HANG, Delivery.HANG),
        (Kind.CUT_BODY, Delivery.CUT),
    ],
)
def test_the_answer_may_be_lost(
    studio: Studio, reader: Reader, kind: Kind, delivery: Delivery
) -> None:
    studio.faults.on(Fault(kind))
    assert reader.ask("/v2/Flows").delivery is delivery


def test_the_answer_may_be_delayed(studio: Studio, reader: Reader) -> None:
    studio.faults.on(Fault(Kind.SLOW, 2.5))
    assert reader.ask("/v2/Flows").delay_seconds == 2.5


def test_a_fault_strikes_from_the_nth_request_so_many_times(studio: Studio, reader: Reader) -> None:
    studio.faults.on(Fault(Kind.NOT_FOUND, first=3, times=2))
    assert statuses(reader, 6) == [200, 200, 404, 404, 200, 200]
    assert studio.faults.met(Kind.NOT_FOUND) == 6


def test_a_fault_strikes_only_its_operation_its_flow_and_its_page(
    studio: Studio, reader: Reader, flow: Flow
) -> None:
    other = studio.add_flow()
    for each in (flow, other):
        for _ in range(4):
            each.add(studio.clock())
    studio.faults.on(
        Fault(Kind.SERVER_ERROR, operation=Operation.EXECUTIONS, flow_sid=flow.sid, page=1)
    )
    assert len(reader.rows(other, PageSize=2)) == 4
    assert statuses(reader, 1) == [200]
    page = reader.page(f"/v2/Flows/{flow.sid}/Executions?PageSize=2")
    assert reader.ask(page["meta"]["next_page_url"]).status == 503


def test_faults_may_be_switched_off(studio: Studio, reader: Reader) -> None:
    studio.faults.on(Fault(Kind.NOT_FOUND), Fault(Kind.SLOW, 1))
    studio.faults.off(Kind.NOT_FOUND)
    assert [fault.kind for fault in studio.faults] == [Kind.SLOW]
    studio.faults.off()
    assert statuses(reader, 1) == [200]


def test_a_fault_round_trips_through_json(clock: VirtualClock) -> None:
    fault = Fault(
        Kind.THROTTLED,
        2.5,
        operation=Operation.EXECUTIONS,
        flow_sid="FW1",
        page=1,
        first=2,
        times=3,
        start=clock(),
        stop=clock() + timedelta(hours=1),
    )
    assert Fault.from_json(json.loads(json.dumps(fault.to_json()))) == fault


def test_every_kind_of_fault_is_tested() -> None:
    tests = Path(__file__).parent.glob("test_*_faults.py")
    text = "".join(path.read_text("utf-8") for path in tests)
    assert [kind for kind in Kind if f"Kind.{kind.name}" not in text] == []
