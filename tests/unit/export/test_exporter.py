"""Which Flows an invocation serves, and how much of its time it takes."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator.source import StudioSource
from simulator.studio import Studio
from studio_export.errors import (
    AccessDeniedError,
    DeadlineExceededError,
    InvalidPageError,
    ThrottledError,
)
from studio_export.export.ages import DAY
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.function.result import as_json, error_lines
from studio_export.log.cache import LogCache
from studio_export.model import Replay, Span
from studio_export.shard import shards_of
from studio_export.summary import Counts
from tests.unit.doubles import ScriptedSource
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
SCALE = (120, DAY)


class World:
    """An account with two Flows, each with one Execution an hour for a day."""

    def __init__(self) -> None:
        self.clock = VirtualClock(NOW)
        self.studio = Studio(self.clock.now)
        self.flows = [self.studio.add_flow(), self.studio.add_flow()]
        for flow in self.flows:
            for hours in range(24):
                created = NOW - timedelta(hours=hours + 1)
                flow.add(created, created + timedelta(minutes=1))
        self.store, self.checkpoints = MemoryStore(), MemoryCheckpoints()
        sweeper = Sweeper(StudioSource(self.studio), self.store, self.clock, LogCache())
        self.exporter = Exporter(sweeper, self.checkpoints, (), SCALE, 30 * DAY, 1)
        self.sids = [flow.sid for flow in self.flows]


def test_without_named_flows_every_flow_of_the_account_is_exported() -> None:
    world = World()
    summary = world.exporter.export(None, "me", 800)
    assert {flow.flow_sid for flow in summary.flows} == set(world.sids)
    assert summary.totals.lines == 48
    assert summary.complete


def test_each_run_lists_the_flows_afresh() -> None:
    world = World()
    world.exporter.export(None, "me", 800)
    added = world.studio.add_flow()
    summary = world.exporter.export(None, "me", 800)
    assert added.sid in {flow.flow_sid for flow in summary.flows}


def test_named_flows_are_exported_alone_and_flows_are_not_listed() -> None:
    world = World()
    exporter = replace(world.exporter, flow_sids=(world.sids[1],))
    summary = exporter.export(None, "me", 800)
    assert [flow.flow_sid for flow in summary.flows] == [world.sids[1]]
    assert summary.totals.lines == 24


def test_the_shards_together_export_each_flow_once() -> None:
    world = World()
    exported = []
    for shard in shards_of(7):
        summary = replace(world.exporter, shard=shard).export(None, "me", 800)
        assert summary.complete
        exported += [flow.flow_sid for flow in summary.flows]
    assert sorted(exported) == sorted(world.sids)


def test_a_shard_takes_its_share_of_named_flows_too() -> None:
    world = World()
    mine = next(shard for shard in shards_of(7) if shard.includes(world.sids[0]))
    both = replace(world.exporter, flow_sids=tuple(world.sids), shard=mine)
    other = replace(both, flow_sids=(world.sids[1],))
    assert world.sids[0] in {flow.flow_sid for flow in both.export(None, "me", 800).flows}
    assert len(other.export(None, "me", 800).flows) == mine.includes(world.sids[1])


def test_an_empty_shard_is_complete_and_succeeds_in_nothing() -> None:
    world = World()
    empty = next(shard for shard in shards_of(7) if not any(map(shard.includes, world.sids)))
    summary = replace(world.exporter, shard=empty).export(None, "me", 800)
    assert summary.complete
    assert not summary.succeeded
    assert as_json(summary)["shard"] == str(empty)


DAYTIME = Span(NOW - timedelta(hours=10), NOW - timedelta(hours=5))


def test_a_replay_exports_its_range_and_touches_neither_cursor_nor_lease() -> None:
    world = World()
    summary = world.exporter.export(Replay(DAYTIME), "me", 800)
    assert summary.complete
    # Five hours, and the one Execution within the second that is asked for before them: none.
    assert summary.totals.lines == 2 * 5
    assert {flow.swept_to for flow in summary.flows} == {DAYTIME.stop}
    assert world.checkpoints.items == {}


def test_a_replay_begins_and_ends_where_it_was_asked_to() -> None:
    world = World()
    half = timedelta(minutes=30)
    within = Span(NOW - timedelta(hours=10) + half, NOW - timedelta(hours=5) + half)
    assert world.exporter.export(Replay(within), "me", 800).totals.lines == 2 * 5
    created = {key[14:24] + key[60:63] for key in world.store.objects}
    assert created == {f"2026-11-23T{hour:02}" for hour in range(5, 10)}


def test_a_replay_of_named_flows_exports_these_alone() -> None:
    world = World()
    summary = world.exporter.export(Replay(DAYTIME, (world.sids[0],)), "me", 800)
    assert [flow.flow_sid for flow in summary.flows] == [world.sids[0]]


def test_a_replay_of_what_was_exported_writes_nothing() -> None:
    world = World()
    world.exporter.export(None, "me", 800)
    before = dict(world.store.objects)
    again = world.exporter.export(Replay(DAYTIME), "me", 800).totals
    assert (again.lines, again.objects) == (0, 0)
    assert world.store.objects == before


def test_a_run_after_a_replay_writes_nothing_twice() -> None:
    world = World()
    world.exporter.export(Replay(DAYTIME), "me", 800)
    assert world.exporter.export(None, "me", 800).totals.lines == 48 - 10


@pytest.mark.parametrize(
    ("error", "throttles"), [(DeadlineExceededError("no time"), 0), (ThrottledError("429", 3), 3)]
)
def test_no_time_to_list_the_flows_is_no_failure_but_not_complete(
    error: Exception, throttles: int
) -> None:
    summary = scripted(error).export(None, "me", 800)
    assert (summary.flows, summary.totals) == ((), Counts(throttles=throttles))
    assert summary.out_of_time
    assert not summary.complete
    assert error_lines(summary) == []


@pytest.mark.parametrize("error", [AccessDeniedError("401"), InvalidPageError("HTML")])
def test_flows_that_cannot_be_listed_are_an_error(error: Exception) -> None:
    with pytest.raises(type(error), match=str(error)):
        scripted(error).export(None, "me", 800)


def scripted(answer: Exception | bytes) -> Exporter:
    sweeper = Sweeper(ScriptedSource(answer), MemoryStore(), VirtualClock(NOW), LogCache())
    return Exporter(sweeper, MemoryCheckpoints(), (), SCALE, 30 * DAY, 1)


def test_an_account_without_flows_is_complete() -> None:
    body = json.dumps({"meta": {"key": "flows"}, "flows": []}).encode()
    assert scripted(body).export(None, "me", 800).complete


@pytest.mark.parametrize(("remaining", "used"), [(900.0, 895.0), (20.0, 18.0)])
def test_some_of_the_time_is_kept_to_give_leases_back(remaining: float, used: float) -> None:
    world = World()
    exporter = replace(world.exporter, flow_sids=(world.sids[0],))
    untils = []
    world.studio.on_request = lambda _: untils.append(
        world.checkpoints.items[world.sids[0]].lease_until
    )
    exporter.export(None, "me", remaining)
    assert set(untils) == {NOW + timedelta(seconds=used + 5)}
