from datetime import timedelta

from simulator.account import Flow
from simulator.clock import VirtualClock
from simulator.faults import Fault, Kind
from simulator.reader import Reader
from simulator.studio import Studio


def test_executions_may_become_visible_late_each_at_its_own_time(
    studio: Studio, reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    every = {flow.add(clock()).sid for _ in range(100)}
    studio.faults.on(Fault(Kind.LATE_VISIBILITY, 7200))
    clock.advance(hours=1)
    assert 30 < len(reader.sids(flow)) < 70
    clock.advance(hours=1)
    assert set(reader.sids(flow)) == every


def test_a_late_execution_cannot_be_fetched_either(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    execution = flow.add(clock(), visible_from=clock() + timedelta(hours=2))
    url = f"/v2/Flows/{flow.sid}/Executions/{execution.sid}"
    assert reader.ask(url).status == 404
    clock.advance(hours=2)
    assert reader.ask(url).status == 200


def test_an_execution_may_end_between_two_pages(
    studio: Studio, reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    for _ in range(4):
        flow.add(clock(), clock() + timedelta(minutes=1))
    studio.on_request = lambda request: request.page == 1 and clock.advance(minutes=2)
    statuses = [row["status"] for row in reader.rows(flow, PageSize=2)]
    assert statuses == ["active", "active", "ended", "ended"]


def test_an_execution_may_expire_between_two_pages(
    studio: Studio, reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    for hour in range(4):
        flow.add(clock() + timedelta(hours=hour) - timedelta(days=30, minutes=-30))
    studio.on_request = lambda request: request.page == 1 and clock.advance(hours=1)
    assert len(reader.rows(flow, PageSize=2)) == 3


def test_the_studios_clock_may_be_ahead_or_behind(
    studio: Studio, reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    flow.add(clock() - timedelta(seconds=10), clock() + timedelta(seconds=10))
    studio.faults.on(Fault(Kind.CLOCK_SKEW, 30))
    assert reader.rows(flow)[0]["status"] == "ended"
    studio.faults.on(Fault(Kind.CLOCK_SKEW, -30))
    assert reader.rows(flow) == []
