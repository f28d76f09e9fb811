"""Several Flows in one process: faults of one of them, and faults of the account."""

from dataclasses import replace
from datetime import timedelta

import pytest

from simulator.account import Flow
from simulator.faults import Fault, Kind
from studio_export.export.exporter import Exporter
from tests.protocol.oracle import check_rest
from tests.protocol.scenarios import TWO_AGES
from tests.protocol.world import START, World

SIDE_BY_SIDE = replace(TWO_AGES, name="three Flows side by side", concurrency=3)
STRUCK_SECONDS = 40 * 60


def three_flows() -> tuple[World, Exporter, list[Flow]]:
    """Three Flows with the same lives, and a process that exports them."""
    world = World(SIDE_BY_SIDE)
    flows = [world.flow, world.studio.add_flow(), world.studio.add_flow()]
    for flow in flows[1:]:
        for each in world.flow.executions:
            flow.add(each.created, each.ends_at)
    exporter = replace(world.exporter("p"), flow_sids=tuple(flow.sid for flow in flows))
    return world, exporter, flows


def check_at_rest(world: World, exporter: Exporter, flows: list[Flow]) -> None:
    world.advance_to(SIDE_BY_SIDE.run_times[-1] + SIDE_BY_SIDE.settled_seconds)
    world.invoke_in(exporter, "p")
    assert world.summaries[-1].complete
    for flow in flows:
        check_rest(world.dataset, flow.executions, SIDE_BY_SIDE.ages[-1])


@pytest.mark.parametrize(
    "kind",
    [
        *(Kind.NOT_FOUND, Kind.HTML_PAGE, Kind.CUT_BODY, Kind.SERVER_ERROR, Kind.HANG),
        *(Kind.WRONG_KEY, Kind.NOT_A_LIST),
    ],
)
def test_a_fault_of_one_flow_does_not_affect_others_and_is_recovered(kind: Kind) -> None:
    world, exporter, flows = three_flows()
    until = START + timedelta(seconds=STRUCK_SECONDS)
    world.studio.faults.on(Fault(kind, flow_sid=flows[1].sid, stop=until))
    struck = 0
    for run_time in SIDE_BY_SIDE.run_times:
        world.advance_to(run_time)
        world.invoke_in(exporter, "p")
        errors = [bool(flow.error) for flow in world.summaries[-1].flows]
        due = [flow.still_due for flow in world.summaries[-1].flows]
        assert (errors[0], errors[2], due[0], due[2]) == (False, False, 0, 0)
        struck += errors[1]

    assert struck >= 3
    check_at_rest(world, exporter, flows)


@pytest.mark.parametrize("kind", [Kind.UNAUTHORIZED, Kind.SUSPENDED, Kind.THROTTLED])
def test_a_fault_of_the_account_is_recovered_for_every_flow(kind: Kind) -> None:
    for first in range(1, 12):
        world, exporter, flows = three_flows()
        world.studio.faults.on(Fault(kind, first=first, times=3))
        for run_time in SIDE_BY_SIDE.run_times:
            world.advance_to(run_time)
            world.invoke_in(exporter, "p")
        check_at_rest(world, exporter, flows)
