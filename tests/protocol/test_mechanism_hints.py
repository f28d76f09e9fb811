"""The hints, each mechanism where nothing else can save it: between the first age and the last."""

from datetime import timedelta

import pytest

from simulator.faults import Fault, Kind
from simulator.request import Operation
from studio_export.export.freshness import Freshness
from studio_export.model import Checkpoint, Hints
from tests.protocol.scenarios import DAY, HOUR, MINUTE, Life, Scenario
from tests.protocol.storm import set_hints
from tests.protocol.world import START, World

INTERVAL = 15 * MINUTE
AGES = (2 * MINUTE, 29 * DAY)
WITH_FOUR_HOURS = (2 * MINUTE, 4 * HOUR, 29 * DAY)
ALWAYS = Freshness(requests_an_hour=None)
ASKING = Freshness(requests_an_hour=None, page_rows=1)

WAITS = Life(created=0, lasts_seconds=3 * HOUR)
SHORT = Life(created=10, lasts_seconds=5)
FOREVER = Life(created=3000, lasts_seconds=None)
SCALE = (2 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 29 * DAY)
THIN = {2 * MINUTE, HOUR, 2 * HOUR, 29 * DAY}
LATER = tuple(Life(created=each * 600, lasts_seconds=5) for each in range(1, 12))


def world(
    *lives: Life,
    ages: tuple[int, ...] = AGES,
    freshness: Freshness = ALWAYS,
    studio_faults: tuple[Fault, ...] = (),
) -> World:
    scenario = Scenario("hints", lives, (), ages, HOUR, studio_faults, freshness=freshness)
    return World(scenario, sound_cursors=False)


def run_until(world: World, seconds: int) -> None:
    """Run every quarter of an hour, the last time at that many seconds after the start."""
    at = int(world.clock.monotonic()) // INTERVAL * INTERVAL + INTERVAL
    while at < seconds:
        world.advance_to(at)
        world.invoke()
        at += INTERVAL
    world.advance_to(seconds)
    world.invoke()


def statuses(world: World, created: int) -> list[list[str | None]]:
    """The lines of each Execution created at that second."""
    at = START + timedelta(seconds=created)
    sids = [each.sid for each in world.flow.executions if each.created == at]
    return [world.dataset.lines.get(sid, []) for sid in sids]


def checkpoint(world: World) -> Checkpoint:
    return world.checkpoints.items[world.flow.sid].checkpoint


def hints(world: World) -> Hints:
    known = checkpoint(world).hints
    assert known is not None
    return known


@pytest.mark.parametrize("freshness", [ALWAYS, ASKING], ids=["in the head's page", "by asking"])
def test_a_final_line_comes_with_the_first_run_after_the_end(freshness: Freshness) -> None:
    life = world(WAITS, SHORT, *LATER, freshness=freshness)
    run_until(life, 3 * HOUR - 60)
    assert statuses(life, 0) == [["active"]]
    run_until(life, 3 * HOUR + 60)
    assert statuses(life, 0) == [["active", "ended"]]


def test_what_becomes_active_later_in_a_watched_second_is_watched_too() -> None:
    late = Life(created=0, lasts_seconds=5 * HOUR, hidden_seconds=HOUR)
    life = world(WAITS, late, *LATER, freshness=ASKING)
    run_until(life, 3 * HOUR + 60)
    assert sorted(statuses(life, 0)) == [["active"], ["active", "ended"]]
    run_until(life, 5 * HOUR + 60)
    assert statuses(life, 0) == [["active", "ended"]] * 2


def test_a_vanished_execution_stays_watched_until_an_errand_has_listed_it() -> None:
    life = world(WAITS, SHORT, *LATER, freshness=ASKING)
    run_until(life, 3 * HOUR - 60)
    # The run's requests are the head, the question and the errand, listed twice, each tried twice.
    life.studio.faults.on(
        Fault(Kind.SERVER_ERROR, operation=Operation.EXECUTIONS, first=3, times=4)
    )
    life.advance_to(3 * HOUR + 60)
    life.invoke()
    assert statuses(life, 0) == [["active"]]
    run_until(life, 3 * HOUR + INTERVAL)
    assert statuses(life, 0) == [["active", "ended"]]


def test_where_hints_are_lost_all_that_they_vouched_for_is_listed_again() -> None:
    life = world(WAITS, SHORT, *LATER, ages=(2 * MINUTE, INTERVAL, 29 * DAY), freshness=ASKING)
    run_until(life, 3 * HOUR - 60)
    set_hints(life, {})  # of no item: they are lost
    run_until(life, 3 * HOUR + 60)
    assert statuses(life, 0) == [["active", "ended"]]


def test_an_execution_that_is_shown_hours_late_is_found_by_the_next_age() -> None:
    late = Life(created=20, lasts_seconds=5, hidden_seconds=3 * HOUR)
    life = world(SHORT, late, *LATER, ages=WITH_FOUR_HOURS)
    run_until(life, 6 * HOUR + 10 * MINUTE)
    assert statuses(life, 20) == [["ended"]]


def test_the_last_age_believes_no_hint() -> None:
    shown = Life(created=13 * HOUR, lasts_seconds=5)
    hidden = Life(created=13 * HOUR + 20, lasts_seconds=5, hidden_seconds=3 * HOUR)
    life = world(*LATER, shown, hidden, ages=WITH_FOUR_HOURS)
    run_until(life, 16 * HOUR)
    # Before the next run one is shown and one is deleted: the day has as many as before.
    life.flow.executions[-2].deleted_at = START + timedelta(hours=16, minutes=5)
    run_until(life, 23 * HOUR)
    assert statuses(life, hidden.created) == [[]]
    for hours in range(24, 30 * 24, 3):
        life.advance_to(hours * HOUR)
        life.invoke()
    assert statuses(life, hidden.created) == [["ended"]]


def test_a_deleted_execution_is_no_longer_watched_and_its_day_vouches_for_nothing() -> None:
    life = world(WAITS, *LATER, freshness=ASKING)
    run_until(life, HOUR)
    assert len(hints(life).watched) == 1
    life.flow.executions[0].deleted_at = START + timedelta(minutes=70)
    run_until(life, 2 * HOUR)
    assert hints(life).watched == ()
    assert int(START.timestamp()) // DAY not in hints(life).totals


@pytest.mark.parametrize("kind", [Kind.STATUS_IGNORED, Kind.STATUS_UNKNOWN])
def test_a_filter_that_does_not_work_is_tried_once_a_day_and_all_ages_are_listed(
    kind: Kind,
) -> None:
    fault = (Fault(kind),)
    life = world(WAITS, *LATER, FOREVER, ages=SCALE, freshness=ASKING, studio_faults=fault)
    run_until(life, 30 * MINUTE)
    assert set(checkpoint(life).cursors) == THIN
    run_until(life, 10 * HOUR)
    assert set(checkpoint(life).cursors) == set(SCALE)
    assert statuses(life, 0) == [["active", "ended"]]
    asked = sum("active" in call.argument for call in life.injector.trace)
    assert asked <= 2


def test_a_filter_that_is_refused_leaves_the_ages_to_find_who_ended() -> None:
    refused = (Fault(Kind.STATUS_REFUSED),)
    life = world(WAITS, *LATER, FOREVER, ages=SCALE, freshness=ASKING, studio_faults=refused)
    run_until(life, 10 * HOUR)
    assert set(checkpoint(life).cursors) == set(SCALE)
    assert statuses(life, 0) == [["active", "ended"]]
    assert life.summaries[-1].complete


def test_a_filter_that_works_again_makes_the_ages_few_again() -> None:
    forever = Life(created=0, lasts_seconds=None)
    ignored = Fault(Kind.STATUS_IGNORED, stop=START + timedelta(hours=12))
    life = world(forever, *LATER, FOREVER, ages=SCALE, freshness=ASKING, studio_faults=(ignored,))
    run_until(life, 12 * HOUR)
    assert set(checkpoint(life).cursors) == set(SCALE)
    run_until(life, 27 * HOUR)
    assert set(checkpoint(life).cursors) == THIN


def test_questions_and_errands_keep_to_their_budget() -> None:
    forever = Life(created=0, lasts_seconds=None)
    life = world(forever, *LATER, freshness=Freshness(requests_an_hour=1, page_rows=1))
    run_until(life, 10 * HOUR)
    asked = sum("active" in call.argument for call in life.injector.trace)
    assert 8 <= asked <= 10


def test_a_run_whose_hints_vouch_for_everything_reads_no_log() -> None:
    life = world(SHORT, *LATER, ages=WITH_FOUR_HOURS)
    run_until(life, 14 * HOUR)
    life.kill()  # a cold process has no log in memory
    before = len(life.injector.trace)
    run_until(life, 18 * HOUR)
    names = {call.name for call in life.injector.trace[before:]}
    assert names == {"checkpoints.acquire", "source.get", "checkpoints.save"}
