import json
from datetime import timedelta
from pathlib import Path

import pytest

from simulator.faults import Fault, Kind
from simulator.request import Operation
from simulator.responses import Delivery
from tests.unit.simulator.lab import Lab


def statuses(lab: Lab, count: int) -> list[int]:
    return [lab.ask("/v2/Flows").status for _ in range(count)]


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
    lab: Lab, kind: Kind, value: float | None, status: int, code: int
) -> None:
    lab.switch_on(kind, value)
    response = lab.ask("/v2/Flows")
    assert (response.status, json.loads(response.body)["code"]) == (status, code)


@pytest.mark.parametrize(("value", "header"), [(None, None), (3, "3"), (0.5, "0.5")])
def test_429_may_have_a_retry_after(lab: Lab, value: float | None, header: str | None) -> None:
    lab.switch_on(Kind.THROTTLED, value)
    assert lab.ask("/v2/Flows").headers.get("Retry-After") == header


def test_429_may_last_until_an_instant(lab: Lab) -> None:
    start = lab.clock() + timedelta(minutes=1)
    lab.switch_on(Kind.THROTTLED, start=start, stop=start + timedelta(hours=1))
    found = []
    for minutes in (0, 1, 59, 1):
        lab.clock.advance(minutes=minutes)
        found += statuses(lab, 1)
    assert found == [200, 429, 429, 200]


@pytest.mark.parametrize(("value", "status"), [(None, 503), (500, 500), (502, 502)])
def test_5xx_is_html(lab: Lab, value: float | None, status: int) -> None:
    lab.switch_on(Kind.SERVER_ERROR, value)
    response = lab.ask("/v2/Flows")
    assert response.status == status
    assert response.headers["Content-Type"] == "text/html"
    assert response.body.startswith(b"<html>")


def test_html_may_have_status_200(lab: Lab) -> None:
    lab.switch_on(Kind.HTML_PAGE)
    response = lab.ask("/v2/Flows")
    assert (response.status, response.body[:6]) == (200, b"<html>")


def test_a_redirect_leads_to_another_host(lab: Lab) -> None:
    lab.switch_on(Kind.REDIRECT)
    response = lab.ask("/v2/Flows")
    assert (response.status, response.headers["Location"]) == (302, "https://example.net/")


@pytest.mark.parametrize(
    ("kind", "delivery"),
    [
        (Kind.RESET, Delivery.RESET),
        (Kind.HANG, Delivery.HANG),
        (Kind.CUT_BODY, Delivery.CUT),
    ],
)
def test_the_answer_may_be_lost(lab: Lab, kind: Kind, delivery: Delivery) -> None:
    lab.switch_on(kind)
    assert lab.ask("/v2/Flows").delivery is delivery


def test_the_answer_may_be_delayed(lab: Lab) -> None:
    lab.switch_on(Kind.SLOW, 2.5)
    assert lab.ask("/v2/Flows").delay_seconds == 2.5


def test_a_fault_strikes_from_the_nth_request_so_many_times(lab: Lab) -> None:
    lab.switch_on(Kind.NOT_FOUND, first=3, times=2)
    assert statuses(lab, 6) == [200, 200, 404, 404, 200, 200]
    assert lab.studio.faults.met(Kind.NOT_FOUND) == 6


def test_a_fault_strikes_only_its_operation_its_flow_and_its_page(lab: Lab) -> None:
    other = lab.studio.add_flow()
    for each in (lab.flow, other):
        for _ in range(4):
            each.add(lab.clock())
    lab.switch_on(Kind.SERVER_ERROR, operation=Operation.EXECUTIONS, flow_sid=lab.flow.sid, page=1)
    assert len(lab.reader.rows(other, PageSize=2)) == 4
    assert statuses(lab, 1) == [200]
    page = lab.page(f"{lab.url}?PageSize=2")
    assert lab.ask(page["meta"]["next_page_url"]).status == 503


def test_faults_may_be_switched_off(lab: Lab) -> None:
    lab.studio.faults.on(Fault(Kind.NOT_FOUND), Fault(Kind.SLOW, 1))
    lab.studio.faults.off(Kind.NOT_FOUND)
    assert [fault.kind for fault in lab.studio.faults] == [Kind.SLOW]
    lab.studio.faults.off()
    assert statuses(lab, 1) == [200]


def test_a_fault_round_trips_through_json(lab: Lab) -> None:
    fault = Fault(
        Kind.THROTTLED,
        2.5,
        operation=Operation.EXECUTIONS,
        flow_sid="FW1",
        page=1,
        first=2,
        times=3,
        start=lab.clock(),
        stop=lab.clock() + timedelta(hours=1),
    )
    assert Fault.from_json(json.loads(json.dumps(fault.to_json()))) == fault


def test_every_kind_of_fault_is_tested() -> None:
    tests = Path(__file__).parent.glob("test_*_faults.py")
    text = "".join(path.read_text("utf-8") for path in tests)
    assert [kind for kind in Kind if f"Kind.{kind.name}" not in text] == []
