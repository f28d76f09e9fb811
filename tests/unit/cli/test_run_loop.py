from dataclasses import replace
from datetime import timedelta

import pytest

from simulator.faults import Fault, Kind
from simulator.request import Operation
from simulator.source import StudioSource
from simulator.studio import Studio
from simulator.traffic import fill
from studio_export.details.dependencies import Dependencies
from studio_export.details.detail_export import DetailExport
from studio_export.details.manners import Manners
from studio_export.details.revisions import Revisions
from studio_export.details.steps import Steps
from studio_export.export.ages import DEFAULT_AGES
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.log import keys
from studio_export.log.cache import LogCache
from studio_export.model import Replay, Span
from studio_export.summary import FlowSummary
from studio_export_cli.exit_codes import exit_code
from studio_export_cli.run_loop import RunLoop, run_replay
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

_DAYS = 10


class _World:
    """A Flow of ten days, each request of which takes twenty seconds."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.studio = Studio(self.clock.now)
        self.flow = self.studio.add_flow()
        now = self.clock.now()
        fill(self.flow, 3000, now - timedelta(days=_DAYS), now - timedelta(hours=1))
        self.studio.on_request = lambda _: self.clock.advance(20)
        self.checkpoints, self.store = MemoryCheckpoints(), MemoryStore(self.clock.now)
        self.updates: list[FlowSummary] = []
        self.waits: list[tuple[str, float]] = []

    @property
    def exporter(self) -> Exporter:
        source = StudioSource(self.studio, clock=self.clock)
        sweeper = Sweeper(source, self.store, self.clock, LogCache())
        return Exporter(sweeper, self.checkpoints, (), DEFAULT_AGES, _DAYS * 86_400, 1)

    @property
    def details(self) -> DetailExport:
        source, store, clock = StudioSource(self.studio, clock=self.clock), self.store, self.clock
        manners, revisions = Manners(1, lambda: 0.5), Revisions(source, store)
        dependencies = Dependencies(source, store, clock, {keys.STEPS: Steps()}, revisions, manners)
        return DetailExport(dependencies, (keys.STEPS,), 1)

    def wait(self, reason: str, seconds: float) -> None:
        self.waits.append((reason, seconds))

    def loop(self, *, details: bool = False) -> RunLoop:
        exporter = replace(self.exporter, details=self.details if details else None)
        return RunLoop(exporter, "this", self.updates.append, self.wait)


@pytest.fixture
def world() -> _World:
    return _World()


def test_a_run_continues_until_nothing_is_due(world: _World) -> None:
    started = world.clock.monotonic()
    summary = world.loop().run()
    assert world.clock.monotonic() - started > 60  # so it took several rounds
    assert summary.complete
    assert summary.totals.lines == 3000


def test_a_run_that_fetches_pages_does_not_end_early(
    world: _World,
) -> None:
    loop = world.loop()
    loop.max_idle_rounds = 1
    assert loop.run().complete
    assert world.clock.monotonic() > 60


def test_progress_counts_from_the_beginning_of_the_run(world: _World) -> None:
    world.loop().run()
    lines = [flow.counts.lines for flow in world.updates]
    assert lines == sorted(lines)
    assert lines[-1] == 3000


def test_a_run_continues_until_no_line_of_steps_is_due(world: _World) -> None:
    del world.flow.executions[30:]
    world.loop().run()
    world.clock.advance(3600)
    started = world.clock.monotonic()
    summary = world.loop(details=True).run()
    assert world.clock.monotonic() - started > 60  # so it took several rounds
    assert summary.details
    ended = sum(each.ended(world.clock.now()) for each in world.flow.executions)
    assert (summary.details.counts.lines, summary.details.objects_left) == (ended, 0)


def test_what_fails_of_steps_does_not_keep_a_run(world: _World) -> None:
    del world.flow.executions[1:]
    world.loop().run()
    world.clock.advance(3600)
    world.studio.faults.on(Fault(Kind.HTML_PAGE, operation=Operation.STEPS))
    summary = world.loop(details=True).run()
    assert summary.details
    assert (summary.details.counts.lines, summary.details.objects_left) == (0, 1)
    assert exit_code(summary) == 1


def test_a_run_waits_for_the_lease_of_a_killed_run(world: _World) -> None:
    now = world.clock.now()
    world.checkpoints.acquire(world.flow.sid, "killed", now, now + timedelta(seconds=65))
    summary = world.loop().run()
    assert summary.complete
    assert summary.totals.lines == 3000


def test_a_run_does_not_wait_long_for_the_lease_of_another_run(world: _World) -> None:
    now = world.clock.now()
    world.checkpoints.acquire(world.flow.sid, "alive", now, now + timedelta(hours=1))
    summary = world.loop().run()
    assert summary.flows[0].leased
    assert exit_code(summary) == 75
    reason = f"another run holds the lease of {world.flow.sid}"
    assert set(world.waits) == {(reason, 15.0)}
    assert world.clock.monotonic() < 200


def test_endless_throttling_ends_the_run(world: _World) -> None:
    world.studio.faults.on(Fault(Kind.THROTTLED, flow_sid=world.flow.sid))
    summary = world.loop().run()
    assert summary.flows[0].still_due
    assert exit_code(summary) == 75


def test_a_replay_takes_as_long_as_it_needs(world: _World) -> None:
    now = world.clock.now()
    replay = Replay(Span(now - timedelta(days=_DAYS), now))
    summary = run_replay(world.exporter, replay, "this", world.updates.append)
    assert summary.complete
    assert summary.totals.lines == 3000


def test_an_account_without_flows_is_complete(world: _World) -> None:
    world.studio.account.flows.clear()
    assert world.loop().run().complete
