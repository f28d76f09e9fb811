"""The calls of an invocation, by name: it makes no unnecessary one."""

from datetime import UTC, datetime, timedelta

import pytest

from studio_export.function import bootstrap
from tests.integration.function_world import FunctionWorld

HEAD = 120


@pytest.fixture
def flow(world: FunctionWorld) -> str:
    """One Flow, one age, and three Executions of half an hour ago."""
    flow, created = world.studio.add_flow(), ago(30)
    for _ in range(3):
        flow.add(created, ago(29))
    world.setenv(FLOW_SIDS=flow.sid, SWEEP_AGES="2m", LOOKBACK_DAYS="1")
    return flow.sid


def ago(minutes: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=minutes)


def run_and_go_back(world: FunctionWorld, *, minutes: int) -> None:
    """Make a run, then set its cursor back; forget the calls so far."""
    world.invoke({})
    world.set_cursor(HEAD, ago(minutes))
    world.forget()


def test_wiring_the_function_makes_no_call(world: FunctionWorld) -> None:
    bootstrap.warm(None)
    assert (world.calls, world.asked) == ([], [])


def test_the_first_invocation_takes_the_lease_fetches_the_secret_and_exports(
    world: FunctionWorld, flow: str
) -> None:
    assert world.invoke({})["flows"][flow]["lines"] == 3
    assert len(world.asked) == 1  # of the whole lookback
    assert world.calls == [
        "UpdateItem",  # acquire, and read the cursors
        "GetSecretValue",
        "PutObject",  # the log of a new hour is empty: the put confirms it
        "GetObject",  # a process reads its first object back
        "UpdateItem",  # save and release
    ]


def test_an_idle_flow_costs_a_warm_invocation_two_updates_and_one_request(
    world: FunctionWorld, flow: str
) -> None:
    run_and_go_back(world, minutes=17)
    assert world.invoke({})["flows"][flow]["pages"] == 1
    assert world.calls == ["UpdateItem", "UpdateItem"]
    assert [request.flow_sid for request in world.asked] == [flow]


@pytest.mark.usefixtures("flow")
def test_a_warm_invocation_does_not_read_its_own_objects_again(world: FunctionWorld) -> None:
    run_and_go_back(world, minutes=60)
    assert world.invoke({})["totals"]["lines"] == 0
    assert world.calls == ["UpdateItem", "ListObjectsV2", "UpdateItem"]


@pytest.mark.usefixtures("flow")
def test_a_cold_invocation_reads_the_log_that_another_wrote(world: FunctionWorld) -> None:
    run_and_go_back(world, minutes=95)  # before the hour of the log, which counts as new
    bootstrap.warm.cache_clear()
    assert world.invoke({})["totals"]["lines"] == 0
    assert world.calls == [
        "UpdateItem",
        "GetSecretValue",
        "PutObject",  # refused, as the log is not empty
        "ListObjectsV2",
        "GetObject",
        "UpdateItem",
    ]


def test_a_newly_ended_execution_costs_one_more_list_and_put(
    world: FunctionWorld, flow: str
) -> None:
    run_and_go_back(world, minutes=60)
    added = world.studio.account.flow(flow)
    assert added
    added.add(added.executions[0].created, ago(1))
    assert world.invoke({})["totals"]["lines"] == 1
    assert world.calls == ["UpdateItem", "ListObjectsV2", "PutObject", "UpdateItem"]


@pytest.mark.usefixtures("flow")
def test_a_replay_makes_no_call_to_the_table(world: FunctionWorld) -> None:
    world.invoke({"from": f"{ago(45):%Y-%m-%dT%H:%M:%SZ}", "to": "2100-01-01"})
    assert world.calls == ["GetSecretValue", "ListObjectsV2", "PutObject", "GetObject"]
    assert world.items() == []


def test_listing_the_flows_costs_one_more_request(world: FunctionWorld, flow: str) -> None:
    world.setenv(FLOW_SIDS="*")
    run_and_go_back(world, minutes=17)
    world.invoke({})
    assert [request.flow_sid for request in world.asked] == ["", flow]
