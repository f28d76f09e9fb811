"""Cursors and spans, each where no other mechanism can correct a mistake."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from urllib.parse import parse_qs, urlsplit

import pytest

from simulator.faults import Fault, Kind
from studio_export.errors import (
    DeadlineExceededError,
    InvalidPageError,
    StudioExportError,
    ThrottledError,
    UnavailableError,
)
from studio_export.export import ages
from studio_export.model import Checkpoint, Reply, Span
from tests.protocol.life import live, live_until
from tests.protocol.scenarios import DAY, HOUR, MINUTE, ONE_AGE, TWO_AGES, Life, Scenario, every
from tests.unit.export.scheduler_world import START, A, Answering, World
from tools.devkit.fakes.clock import VirtualClock

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "error",
    [
        InvalidPageError("HTML"),
        DeadlineExceededError("no time"),
        ThrottledError("429", throttles=3),
    ],
)
def test_a_cursor_stays_where_a_sweep_failed(error: StudioExportError) -> None:
    world = World()
    world.knows(A, head=3000, day=0)
    before = world.checkpoints.items[A].checkpoint.cursors
    world.source.errors[A] = error

    world.run(A)

    assert world.checkpoints.items[A].checkpoint.cursors == before


def test_an_abandoned_listing_is_listed_again_in_steps() -> None:
    crowded = Scenario(
        "more than a listing may have",
        executions=tuple(Life(created=each, lasts_seconds=1) for each in range(0, 600, 20)),
        ages=(2 * MINUTE,),
        run_times=(0, 20 * MINUTE),
        studio_faults=(Fault(Kind.PAGE_SIZE, value=2),),
        max_pages=2,
    )
    world = live(crowded)
    assert len(world.dataset.lines) == 30


class Impatient(Answering):
    """A source that fails for ranges above ten minutes, as behind a gateway with a timeout."""

    def get(self, url: str, deadline: float) -> Reply:
        reply = super().get(url, deadline)
        query = parse_qs(urlsplit(url).query)
        bounds = (datetime.fromisoformat(query[f"DateCreated{end}"][0]) for end in ("From", "To"))
        if Span(*bounds).seconds > 10 * MINUTE:
            raise UnavailableError("504")
        return reply


def test_a_listing_too_wide_to_be_answered_is_listed_in_steps_within_one_run() -> None:
    world = World()
    world.knows(A, head=HOUR, day=0)
    sweeper = replace(world.exporter.sweeper, source=Impatient(world.clock))
    world.exporter = replace(world.exporter, sweeper=sweeper)

    assert world.run(A)[A].still_due == 0
    assert len(world.source.asked) < 40


def test_the_heads_listing_does_not_move_a_cursor_past_executions_too_young_for_its_age() -> None:
    # What ends between two ages is seen ended by the second alone.
    late = Scenario(
        "ended between two ages",
        executions=tuple(
            Life(created=each, lasts_seconds=20 * MINUTE) for each in range(0, 900, 60)
        ),
        ages=(2 * MINUTE, 30 * MINUTE),
        run_times=every(5 * MINUTE, 60 * MINUTE),
    )
    world = live(late)
    assert all("ended" in statuses for statuses in world.dataset.lines.values())


@pytest.mark.parametrize("scenario", [ONE_AGE, TWO_AGES], ids=lambda each: each.name)
def test_a_cursor_reaches_its_age_even_if_nothing_was_created(
    scenario: Scenario,
) -> None:
    quiet = replace(scenario, executions=scenario.executions[:1])
    world = live(quiet)
    (item,) = world.checkpoints.items.values()
    head = min(scenario.ages)
    lag = world.clock.now() - timedelta(seconds=head) - item.checkpoint.cursors[head]
    assert lag < timedelta(seconds=10)


def test_a_cursor_advances_by_the_range_listed_and_does_not_chase_the_clock() -> None:
    world = World(seconds=10)  # while it lists, more becomes due
    world.knows(A, head=600, day=0)  # its one Execution is at the beginning of that

    world.run(A)

    assert len(world.source.asked) == 1
    assert world.checkpoints.items[A].checkpoint.cursors[120] == START - timedelta(seconds=120)


SCALES = (
    (30 * MINUTE,),
    (2 * MINUTE, 30 * MINUTE),
    (2 * MINUTE, 10 * MINUTE, 30 * MINUTE),
    (5 * MINUTE, 20 * MINUTE, 60 * MINUTE),
)


@pytest.mark.parametrize(("scale", "other"), list(permutations(SCALES, 2)))
def test_a_changed_scale_loses_no_line(scale: tuple[int, ...], other: tuple[int, ...]) -> None:
    for run_index in range(1, len(TWO_AGES.run_times)):
        world = live_until(replace(TWO_AGES, ages=scale), run_index)
        world.scenario = replace(world.scenario, ages=other)
        world.kill()
        world.finish(after=run_index - 1)


class Ahead(VirtualClock):
    """The world's clock, but a month ahead of it."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock.now() + timedelta(days=30))
        self.monotonic = clock.monotonic  # type: ignore[method-assign]


def test_a_run_with_a_clock_a_month_ahead_loses_no_later_line() -> None:
    later = Scenario(
        "a wrong clock, put right",
        executions=tuple(Life(created=HOUR + each, lasts_seconds=60) for each in range(9)),
        ages=(2 * MINUTE, 30 * MINUTE),
        run_times=every(15 * MINUTE, 2 * HOUR),
    )
    world = live_until(later, run_index=2)
    exporter = world.exporter("wrong")
    wrong = replace(exporter, sweeper=replace(exporter.sweeper, clock=Ahead(world.clock)))
    world.sound_cursors = False
    world.invoke_in(wrong, "wrong")

    world.finish(after=1)


def test_a_dense_age_does_not_narrow_the_listings_of_another() -> None:
    cursors = {120: NOW - timedelta(seconds=1120), DAY: NOW - timedelta(days=2)}
    checkpoint = Checkpoint(cursors, {120: 2 * HOUR, DAY: 1})

    span = ages.next_span(checkpoint, NOW)

    assert span == Span(cursors[120], NOW - timedelta(seconds=120))
