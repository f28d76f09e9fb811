import pytest

from studio_export.export.ages import DAY
from tests.protocol.budget import (
    TICK_SECONDS,
    most_list_requests,
    most_store_lists,
    most_table_writes,
    steady_day,
)


@pytest.mark.parametrize("executions_a_day", [1, 1000])
def test_a_steady_day_costs_what_the_formula_says_and_no_more(executions_a_day: int) -> None:
    day = steady_day(executions_a_day)

    assert day.calls["source.get"] <= most_list_requests(executions_a_day)
    assert day.calls["store.list"] <= most_store_lists(executions_a_day)
    writes = day.calls["checkpoints.acquire"] + day.calls["checkpoints.save"]
    assert writes <= most_table_writes(executions_a_day)
    assert day.calls["store.put_if_absent"] == day.objects


def test_an_idle_flow_costs_about_one_request_a_tick_and_nothing_in_the_store() -> None:
    ticks = DAY // TICK_SECONDS
    day = steady_day(0)

    assert day.calls["source.get"] <= 1.1 * ticks
    assert day.calls["checkpoints.acquire"] == ticks
    assert day.calls["checkpoints.save"] <= 1.1 * ticks
    assert day.calls["store.list"] == day.calls["store.put_if_absent"] == 0
