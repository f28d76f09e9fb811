"""Leases, time and threads of an invocation."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from simulator.source import StudioSource
from simulator.studio import Studio
from simulator.traffic import fill
from studio_export.errors import UnavailableError
from studio_export.log.reader import decode
from studio_export.model import Checkpoint, Failure
from tests.unit.export.scheduler_world import DAY, START, A, B, C, World, exporter
from tools.devkit.fakes.checkpoints import Item, MemoryCheckpoints

# Leases


def test_a_flow_under_another_lease_is_left_alone() -> None:
    world = World()
    world.checkpoints.acquire(A, "other", START, START + timedelta(hours=1))
    flows = world.run(A, B)
    assert flows[A].leased
    assert flows[A].error is None
    assert "a" not in world.order
    assert not world.summary.complete


def test_a_lease_lost_in_mid_run_ends_the_work_and_keeps_the_new_holders_item() -> None:
    world = World()
    world.knows(A, head=600, day=20 * 3600)

    def overtaken() -> None:
        late = START + timedelta(days=1)
        world.checkpoints.acquire(A, "other", late, late + timedelta(hours=1))

    world.source.on_get = overtaken
    before = world.checkpoints.items[A].checkpoint
    flow = world.run(A)[A]
    assert flow.leased
    assert flow.error is None
    assert world.order == "a"
    assert world.checkpoints.items[A].lease == "other"
    assert world.checkpoints.items[A].checkpoint == before


class Failing(MemoryCheckpoints):
    """The table answers nothing once a checkpoint is to be saved."""

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        del flow_sid, owner, checkpoint, release
        raise UnavailableError("table table")


def test_a_checkpoint_that_cannot_be_saved_is_an_error_and_costs_no_line() -> None:
    world = World()
    world.exporter = exporter(world, world.source, Failing(), 1)
    flow = world.run(A)[A]
    assert flow.error == Failure(UnavailableError, "table table")
    assert world.store.objects


# Time


def test_the_deadline_leaves_the_rest_due_and_keeps_what_was_done() -> None:
    world = World(seconds=10)
    world.knows(A, head=600, day=200 * 3600)
    flow = world.run(A, seconds=60)[A]
    assert (flow.error, flow.still_due) == (None, 1)
    assert world.clock.monotonic() <= 55
    kept = world.checkpoints.items[A].checkpoint.cursors[DAY]
    assert kept > START - timedelta(seconds=DAY + 200 * 3600)
    assert world.checkpoints.items[A].lease is None


def test_a_sweep_is_not_started_when_the_slowest_so_far_would_not_fit() -> None:
    world = World(seconds=30)
    world.run(A, B, C, seconds=75)
    assert world.clock.monotonic() == 60


def test_flows_that_were_not_reached_are_still_due() -> None:
    world = World(seconds=40)
    flows = world.run(A, B, C, seconds=60)
    assert world.order == "a"
    assert [flows[each].still_due for each in (B, C)] == [1, 1]
    assert set(world.checkpoints.items) == {A}


def test_no_flow_is_left_out_for_ever_where_a_run_has_time_for_one() -> None:
    world = World(seconds=40)
    turns = count()
    world.exporter = replace(world.exporter, first=lambda flows: next(turns) % flows)
    for _ in range(3):
        world.run(A, B, C, seconds=60)
        world.clock.advance(900)
    assert world.order == "abc"
    assert [flow.flow_sid for flow in world.summary.flows] == [A, B, C]


def test_time_that_ends_while_the_table_answers_starts_no_sweep() -> None:
    world = World()

    class Slow(MemoryCheckpoints):
        def acquire(
            self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
        ) -> Checkpoint | None:
            world.clock.advance(60)
            return super().acquire(flow_sid, owner, now, expires_at)

    slow = Slow()
    slow.items[A] = Item(lease="other", lease_until=START + timedelta(hours=1))
    world.exporter = exporter(world, world.source, slow, 1)
    flows = world.run(A, B, seconds=60)
    assert flows[A].leased
    assert (flows[B].leased, flows[B].still_due) == (False, 1)


def test_without_any_time_nothing_is_started() -> None:
    world = World()
    world.run(A, seconds=0)
    assert world.source.asked == []
    assert not world.summary.complete


# Threads


def exported(concurrency: int) -> tuple[list[tuple[str, str | None]], dict[str, Checkpoint]]:
    """The lines and checkpoints that a first run over three busy Flows leaves."""
    world = World()
    studio = Studio(world.clock.now)
    for _ in range(3):
        fill(studio.add_flow(), 400, START - timedelta(days=3), START)
    source = StudioSource(studio)
    small = exporter(world, source, world.checkpoints, concurrency)
    world.exporter = replace(small, sweeper=replace(small.sweeper, max_pages=1))
    world.run(*(flow.sid for flow in studio.account.flows))
    assert world.summary.complete
    lines = [line for body in world.store.objects.values() for line in decode(body)]
    return sorted(lines), {sid: item.checkpoint for sid, item in world.checkpoints.items.items()}


@pytest.mark.parametrize("concurrency", [2, 4, 16])
def test_any_concurrency_gives_the_lines_and_cursors_of_one_at_a_time(concurrency: int) -> None:
    (alone, kept_alone), (together, kept) = exported(1), exported(concurrency)
    assert len(alone) > 1100
    assert together == alone
    assert {sid: each.cursors for sid, each in kept.items()} == {
        sid: each.cursors for sid, each in kept_alone.items()
    }
