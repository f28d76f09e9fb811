"""Cases of details: one life with its faults, its schedule or its storm."""

import random
from collections.abc import Iterator, Mapping

from simulator.faults import Fault as StudioFault
from simulator.faults import Kind
from simulator.request import Operation
from studio_export.log import keys
from tests.protocol.detail_scenarios import DETAILS_BY_NAME
from tests.protocol.detail_world import DetailScenario, DetailWorld
from tests.protocol.fault_injection import Plan, undisturbed
from tests.protocol.faults import APPLICABLE, Fault
from tests.protocol.overlap import Schedule, interleave
from tests.protocol.scenarios import HOUR, Life

_TO_THE_END = 1_000_000


def live(scenario: DetailScenario, faults: Mapping[int, Fault] = {}) -> DetailWorld:
    """Run the scenario to rest.

    Raises:
        BrokenPromiseError: at the I/O that broke a promise.
    """
    world = DetailWorld(scenario, lambda number, _: faults.get(number))
    world.make_runs()
    world.rest()
    return world


def undisturbed_calls(scenario: DetailScenario) -> list[str]:
    """Return the names of the calls of the scenario's runs without a fault."""
    world = DetailWorld(scenario)
    world.make_runs()
    return [call.name for call in world.injector.trace]


def overlapped(name: str, run_index: int, schedule: Schedule) -> DetailWorld:
    """Run the scenario with two overlapping runs at the given one."""
    world = _until(DETAILS_BY_NAME[name], run_index)
    interleave([world.invocation(), world.invocation()], schedule)
    world.make_runs(run_index + 1)
    world.rest()
    return world


def schedules(scenario: DetailScenario) -> Iterator[tuple[int, Schedule]]:
    """Every schedule of two runs in which each is interrupted at most once, at each run."""
    for run_index in range(len(scenario.run_times)):
        world = _until(scenario, run_index)
        length = interleave([world.invocation()], [(0, _TO_THE_END)])[0]
        for i in range(length + 1):
            world = _until(scenario, run_index)
            both = [world.invocation(), world.invocation()]
            other = interleave(both, [(0, i), (1, _TO_THE_END)])[1]
            for j in range(1, other + 1):
                yield run_index, ((0, i), (1, j))


def _until(scenario: DetailScenario, run_index: int) -> DetailWorld:
    world = DetailWorld(scenario)
    for run_time in scenario.run_times[:run_index]:
        world.advance_to(run_time)
        world.invoke()
    world.advance_to(scenario.run_times[run_index])
    return world


def storm(seed: int) -> DetailWorld:
    """Run a random scenario with random faults, marks that are lost, and runs that overlap."""
    chance = random.Random(seed)
    world = DetailWorld(_random_scenario(chance), _random_plan(chance))
    for run_time in world.scenario.run_times:
        world.advance_to(run_time)
        mishap = chance.choice(("none", "none", "none", "lost marks", "overlap", "gone"))
        if mishap == "lost marks":
            world.lose_marks()
        elif mishap == "overlap":
            many = chance.randint(2, 3)
            schedule = [(chance.randrange(many), chance.randint(1, 6)) for _ in range(20)]
            interleave([world.invocation() for _ in range(many)], schedule)
        elif mishap == "gone":
            world.delete(chance)
        world.invoke()
    world.studio.faults.off()
    world.rest()
    return world


def _random_scenario(chance: random.Random) -> DetailScenario:
    lives = tuple(
        Life(chance.randint(-2 * HOUR, 2 * HOUR), chance.choice((5, 100, 1000, None)))
        for _ in range(chance.randint(1, 10))
    )
    times = sorted(chance.sample(range(8 * HOUR), chance.randint(2, 6)))
    return DetailScenario(
        "storm",
        lives,
        tuple(times),
        chance.choice(
            (
                (keys.STEPS,),
                (keys.STEPS, keys.CONTEXTS),
                (keys.STEPS, keys.CONTEXTS, keys.FLOW_REVISIONS),
            )
        ),
        chance.choice((1, 1, 3)),
        _studio_faults(chance),
        chance.choice((8.0, 15.0, 840.0)),
    )


def _studio_faults(chance: random.Random) -> tuple[StudioFault, ...]:
    first, times = chance.randint(1, 20), chance.randint(1, 5)
    possible = (
        StudioFault(Kind.PAGE_SIZE, value=chance.choice((1, 2, 3)), operation=Operation.STEPS),
        StudioFault(Kind.REPEATED_ROWS, operation=Operation.STEPS),
        StudioFault(Kind.EMPTY_PAGE),
        StudioFault(Kind.EMPTY_LAST_PAGE),
        StudioFault(Kind.PRETTY),
        StudioFault(Kind.NOT_FOUND, first=first, times=2 * times),
        StudioFault(Kind.OTHER_ACCOUNT, first=first, times=times),
        StudioFault(Kind.OTHER_EXECUTION, first=first, times=times),
        StudioFault(Kind.THROTTLED, first=first, times=times),
        StudioFault(Kind.SERVER_ERROR, first=first, times=times),
        StudioFault(Kind.CUT_BODY, first=first, times=times),
        StudioFault(Kind.HTML_PAGE, first=first, times=times),
        StudioFault(Kind.URL_CYCLE, first=first, times=times),
        StudioFault(Kind.NO_PERMISSION, first=first, times=times),
    )
    return tuple(fault for fault in possible if chance.random() < 0.15)


def _random_plan(chance: random.Random) -> Plan:
    rate = chance.choice((0.0, 0.02, 0.1, 0.3))
    if not rate:
        return undisturbed

    def plan(_: int, name: str) -> Fault | None:
        return chance.choice(APPLICABLE[name]) if chance.random() < rate else None

    return plan
