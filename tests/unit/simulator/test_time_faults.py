from datetime import timedelta

from simulator.faults import Kind
from tests.unit.simulator.lab import Lab


def test_executions_may_become_visible_late_each_at_its_own_time(lab: Lab) -> None:
    every = {lab.flow.add(lab.clock()).sid for _ in range(100)}
    lab.switch_on(Kind.LATE_VISIBILITY, 7200)
    lab.clock.advance(hours=1)
    assert 30 < len(lab.sids()) < 70
    lab.clock.advance(hours=1)
    assert set(lab.sids()) == every


def test_a_late_execution_cannot_be_fetched_either(lab: Lab) -> None:
    execution = lab.flow.add(lab.clock(), visible_from=lab.clock() + timedelta(hours=2))
    url = f"{lab.url}/{execution.sid}"
    assert lab.ask(url).status == 404
    lab.clock.advance(hours=2)
    assert lab.ask(url).status == 200


def test_an_execution_may_end_between_two_pages(lab: Lab) -> None:
    for _ in range(4):
        lab.flow.add(lab.clock(), lab.clock() + timedelta(minutes=1))
    lab.studio.on_request = lambda request: request.page == 1 and lab.clock.advance(minutes=2)
    statuses = [row["status"] for row in lab.rows(PageSize=2)]
    assert statuses == ["active", "active", "ended", "ended"]


def test_an_execution_may_expire_between_two_pages(lab: Lab) -> None:
    for hour in range(4):
        lab.flow.add(lab.clock() + timedelta(hours=hour) - timedelta(days=30, minutes=-30))
    lab.studio.on_request = lambda request: request.page == 1 and lab.clock.advance(hours=1)
    assert len(lab.rows(PageSize=2)) == 3


def test_the_studios_clock_may_be_ahead_or_behind(lab: Lab) -> None:
    lab.flow.add(lab.clock() - timedelta(seconds=10), lab.clock() + timedelta(seconds=10))
    lab.switch_on(Kind.CLOCK_SKEW, 30)
    assert lab.rows()[0]["status"] == "ended"
    lab.switch_on(Kind.CLOCK_SKEW, -30)
    assert lab.rows() == []
