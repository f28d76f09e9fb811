"""Both stages in one run: the sweeps come first, and the run ends in time."""

from dataclasses import replace

import pytest

from studio_export.detail_settings import DATASETS
from studio_export.log import keys
from tests.protocol import cases
from tests.protocol.scenarios import DAY, MINUTE, SCENARIOS, Life, Scenario
from tests.protocol.world import INVOCATION_SECONDS, World

# A day of Executions without their Steps, and one that ends while these are fetched.
_BACKLOG = tuple(Life(created=-DAY + each * 20, lasts_seconds=5) for each in range(4000))
_NEW = Life(created=20 * MINUTE, lasts_seconds=60)
SCENARIO = Scenario(
    "a backlog of a day",
    executions=(*_BACKLOG, _NEW),
    run_times=(0, 15 * MINUTE, 30 * MINUTE),
    ages=(2 * MINUTE, 29 * DAY),
    lookback_seconds=2 * DAY,
)


def with_a_backlog() -> World:
    """Export the day without details, then switch them on."""
    world = World(SCENARIO, sound_cursors=False)
    world.make_runs(0, 2)
    world.scenario = replace(SCENARIO, detail_folders=(keys.STEPS,))
    world.kill()
    world.advance_to(30 * MINUTE)
    return world


def test_no_sweep_waits_for_a_backlog_of_details() -> None:
    world = with_a_backlog()
    first, begun = len(world.injector.trace), world.clock.monotonic()
    world.invoke()

    calls = [call for call in world.injector.trace[first:] if call.name == "source.get"]
    sweeps = [number for number, call in enumerate(calls) if call.argument]  # a range
    details = [number for number, call in enumerate(calls) if not call.argument]
    assert sweeps
    assert len(details) > 500
    assert max(sweeps) < min(details)
    # The next run comes after 900 seconds: its sweeps find no other run.
    assert world.clock.monotonic() - begun <= INVOCATION_SECONDS
    new = [each.sid for each in world.flow.executions if each.created.minute == 50]
    assert world.dataset.lines[new[0]] == ["ended"]


def test_details_go_on_in_the_next_run_where_the_last_one_ended() -> None:
    world = with_a_backlog()
    written = []
    for run in range(3, 6):
        world.advance_to(run * 15 * MINUTE)
        world.invoke()
        details = world.summaries[-1].details
        assert details
        written.append(details.counts.lines)
    assert written[0] < len(_BACKLOG)  # there was no time for all
    assert len(world.details.lines) == sum(written) == len(_BACKLOG) + 1


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_executions_are_byte_for_byte_the_same_with_the_datasets_on_and_off(
    scenario: Scenario,
) -> None:
    every_dataset = tuple(DATASETS.values())
    off, on = World(scenario), World(replace(scenario, detail_folders=every_dataset))
    for world in (off, on):
        world.make_runs(0, len(scenario.run_times))
        for _ in range(3):
            world.clock.advance(15 * MINUTE)
            world.invoke()
    assert _executions(on) == _executions(off)
    assert len(on.store.objects) > len(off.store.objects)


def _executions(world: World) -> dict[str, bytes]:
    objects = world.store.objects
    return {key: objects[key] for key in objects if key.startswith(keys.EXECUTIONS)}


@pytest.mark.parametrize("seeds", [range(60)], ids=["60 seeds"])
def test_no_storm_over_both_stages_loses_or_doubles_a_line(seeds: range) -> None:
    for case in cases.storm_cases(seeds):
        cases.run(case)
