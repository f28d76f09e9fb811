"""A replay of details looks at its hours alone, whether objects have their marks or not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator.source import StudioSource
from simulator.studio import Studio
from studio_export.details.dependencies import Dependencies
from studio_export.details.detail_export import DetailExport
from studio_export.details.manners import Manners
from studio_export.details.revisions import Revisions
from studio_export.details.steps import Steps
from studio_export.errors import InvalidEventError
from studio_export.export.ages import DAY
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.log import keys
from studio_export.log.cache import LogCache
from studio_export.model import Replay, Span
from studio_export.shard import shards_of
from studio_export.summary import DetailSummary, Summary
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


class World:
    """Two Flows with an Execution an hour, exported an hour ago; their Steps are done."""

    def __init__(self) -> None:
        self.clock = VirtualClock(NOW)
        self.studio = Studio(self.clock.now)
        self.flows = [self.studio.add_flow(), self.studio.add_flow()]
        for flow in self.flows:
            for hours in range(24):
                created = NOW - timedelta(hours=hours + 1)
                flow.add(created, created + timedelta(minutes=1))
        self.store = MemoryStore(self.clock.now)
        source, manners = StudioSource(self.studio), Manners(2, lambda: 0.5)
        dependencies = Dependencies(
            source,
            self.store,
            self.clock,
            {keys.STEPS: Steps()},
            Revisions(source, self.store),
            manners,
        )
        self.details = DetailExport(dependencies, (keys.STEPS,), 2)
        sweeper = Sweeper(source, self.store, self.clock, LogCache())
        self.exporter = Exporter(
            sweeper, MemoryCheckpoints(), (), (120, DAY), 30 * DAY, 1, details=self.details
        )
        self.exporter.export(None, "me", 800)
        self.clock.advance(2 * 3600)
        self.exporter.export(None, "me", 800)

    def lose_children(self) -> None:
        """Lose every line of Steps, and keep the marks."""
        for key in self.store.list(keys.STEPS):
            del self.store.objects[key]

    def hours(self) -> set[str]:
        children = map(keys.parse_child_key, self.store.list(keys.STEPS))
        return {f"{each.parent.day}T{each.parent.hour}" for each in children if each}

    def replay(self, start: datetime, stop: datetime, *sids: str) -> Summary:
        wanted = Replay(Span(start, stop), sids, details=True)
        return self.exporter.export(wanted, "me", 800)


def _details(summary: Summary) -> DetailSummary:
    assert summary.details
    return summary.details


def test_only_a_replay_looks_at_what_has_its_mark() -> None:
    world = World()
    world.lose_children()
    assert _details(world.exporter.export(None, "me", 800)).counts.lines == 0
    summary = world.replay(NOW - timedelta(hours=30), NOW)
    assert (_details(summary).counts.lines, _details(summary).objects_left) == (48, 0)
    assert (summary.flows, summary.is_replay, summary.complete) == ((), True, True)


def test_a_replay_looks_at_its_hours_alone() -> None:
    world = World()
    world.lose_children()
    world.replay(datetime(2026, 11, 23, 8, 30, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))
    assert world.hours() == {"2026-11-23T08", "2026-11-23T09"}


def test_a_replay_looks_at_its_flows_alone() -> None:
    world = World()
    world.lose_children()
    first, second = (flow.sid for flow in world.flows)
    assert _details(world.replay(NOW - timedelta(hours=30), NOW, first)).counts.lines == 24
    only = replace(world.exporter, details=replace(world.details, flow_sids=(first,)))
    wanted = Replay(Span(NOW - timedelta(hours=30), NOW), (second,), details=True)
    assert _details(only.export(wanted, "me", 800)).counts.lines == 0


def test_a_whole_log_is_read_and_nothing_is_asked_for() -> None:
    world = World()
    requests = world.studio.requests
    summary = _details(world.replay(NOW - timedelta(hours=30), NOW))
    assert (summary.counts.lines, summary.objects_left) == (0, 0)
    assert world.studio.requests == requests


def test_a_replay_ends_at_its_deadline() -> None:
    world = World()
    world.lose_children()
    wanted = Replay(Span(NOW - timedelta(hours=30), NOW), details=True)
    summary = _details(world.exporter.export(wanted, "me", 0.0))
    assert (summary.counts.lines, summary.objects_left) == (0, 48)


def test_details_that_are_not_exported_cannot_be_replayed() -> None:
    world = World()
    bare = replace(world.exporter, details=None)
    wanted = Replay(Span(NOW - timedelta(hours=30), NOW), details=True)
    with pytest.raises(InvalidEventError, match="DATASETS names executions alone"):
        bare.export(wanted, "me", 800)


def test_each_shard_looks_at_the_objects_of_its_flows_alone() -> None:
    for replay in (None, Replay(Span(NOW - timedelta(hours=30), NOW), details=True)):
        world = World()
        world.lose_children()
        if replay is None:
            for key in world.store.list("done/"):
                del world.store.objects[key]
        lines = [
            _details(replace(world.exporter, shard=shard).export(replay, "me", 800)).counts.lines
            for shard in shards_of(3)
        ]
        mine = [sum(shard.includes(flow.sid) for flow in world.flows) for shard in shards_of(3)]
        assert mine == [1, 0, 1]
        assert lines == [24, 0, 24]
