import pytest

from tests.protocol.budget import (
    RUNS,
    max_requests,
    max_store_lists,
    max_table_writes,
    steady_day,
)


@pytest.mark.parametrize("executions_a_day", [1, 1000])
def test_a_steady_day_costs_at_most_what_the_formula_gives(executions_a_day: int) -> None:
    day = steady_day(executions_a_day)

    assert day.calls["source.get"] <= max_requests(executions_a_day)
    assert day.questions <= RUNS
    assert day.calls["store.list"] <= max_store_lists(executions_a_day)
    writes = day.calls["checkpoints.acquire"] + day.calls["checkpoints.save"]
    assert writes <= max_table_writes(executions_a_day)
    assert day.calls["store.put_if_absent"] == day.objects


def test_a_quiet_flow_costs_about_one_request_a_run_and_reads_the_store_to_write_alone() -> None:
    day = steady_day(20)

    assert day.calls["source.get"] <= 1.1 * RUNS
    assert day.calls["checkpoints.save"] <= 1.1 * RUNS
    assert day.calls["store.list"] <= day.objects
    assert day.calls["store.get"] == 0


def test_an_idle_flow_costs_about_one_request_a_run_and_nothing_in_the_store() -> None:
    day = steady_day(0)

    assert day.calls["source.get"] <= 1.1 * RUNS
    assert day.calls["checkpoints.acquire"] == RUNS
    assert day.calls["checkpoints.save"] <= 1.1 * RUNS
    assert day.calls["store.list"] == day.calls["store.put_if_absent"] == 0
