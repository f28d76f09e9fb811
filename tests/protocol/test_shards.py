"""Shards: their count may change between runs, and one Flow may be in two of them at once."""

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle

import pytest

from studio_export.shard import ALL_FLOWS, Shard, shards_of
from tests.protocol.life import live_until
from tests.protocol.oracle import check_rest
from tests.protocol.overlap import Schedule, interleave, two_preemptions
from tests.protocol.scenarios import NO_LEASE, TWO_AGES, Scenario
from tests.protocol.world import World


def test_shards_whose_count_changes_between_runs_lose_nothing() -> None:
    world = World(TWO_AGES)
    flows = [world.flow, *(world.studio.add_flow() for _ in range(9))]
    for flow in flows[1:]:
        for each in world.flow.executions:
            flow.add(each.created, each.ends_at)
    sids = tuple(flow.sid for flow in flows)
    served = set()
    for run_time, count in zip(TWO_AGES.run_times, cycle((4, 7, 1, 3)), strict=False):
        world.advance_to(run_time)
        for shard in shards_of(count):
            process = replace(world.exporter(str(shard)), flow_sids=sids, shard=shard)
            world.invoke_in(process, f"{shard}")
            served |= {(flow.flow_sid, count) for flow in world.summaries[-1].flows}
    assert served == {(sid, count) for sid in sids for count in (4, 7, 1, 3)}

    world.advance_to(TWO_AGES.run_times[-1] + TWO_AGES.settled_seconds)
    for shard in shards_of(7):
        exporter = replace(world.exporter("last"), flow_sids=sids, shard=shard)
        world.invoke_in(exporter, "last")
        assert world.summaries[-1].complete
    for flow in flows:
        check_rest(world.dataset, flow.executions, TWO_AGES.ages[-1])


@pytest.mark.parametrize("scenario", [TWO_AGES, NO_LEASE], ids=lambda each: each.name)
def test_a_flow_in_two_shards_at_once_is_exported_once(scenario: Scenario) -> None:
    sid = World(scenario).flow.sid
    shards = (next(shard for shard in shards_of(4) if shard.includes(sid)), ALL_FLOWS)
    run_index = 3

    def at_once(schedule: Schedule) -> list[int]:
        world = live_until(scenario, run_index)
        steps = interleave([_invocation(world, shard) for shard in shards], schedule)
        world.finish(after=run_index)
        return steps

    schedules = list(two_preemptions(at_once))
    assert len(schedules) >= 20
    for schedule in schedules:
        at_once(schedule)


def _invocation(world: World, shard: Shard) -> Callable[[], object]:
    process = f"shard {shard}"
    exporter = replace(world.exporter(process), shard=shard)
    return lambda: world.invoke_in(exporter, process)
