"""Run a scenario under a plan of faults, from start to rest."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from tests.protocol.faults import APPLICABLE, Fault
from tests.protocol.scenarios import Scenario
from tests.protocol.world import World

Faults = Mapping[int, Fault]  # by the number of the I/O


def live(scenario: Scenario, faults: Faults = {}) -> World:  # noqa: B006  never written to
    """Run the scenario to rest.

    Raises:
        BrokenPromiseError: at the I/O that broke a promise.
    """
    world = World(scenario, lambda number, _: faults.get(number))
    world.make_runs(0, len(scenario.run_times))
    world.finish(after=len(scenario.run_times))
    return world


def live_until(scenario: Scenario, run_index: int) -> World:
    """Run the scenario without faults up to the time of the given run, which is not made."""
    world = World(scenario)
    world.make_runs(0, run_index)
    return world


def single_faults(scenario: Scenario, until: int | None = None) -> Iterator[dict[int, Fault]]:
    """Every fault at every I/O of the undisturbed scenario, or at its first `until`."""
    for call in live(scenario).injector.trace:
        if until is None or call.number <= until:
            for fault in APPLICABLE[call.name]:
                yield {call.number: fault}


def pairs(scenario: Scenario, until: int) -> Iterator[dict[int, Fault]]:
    """Every pair of faults in the first I/Os.

    The second has no effect if the first made its call disappear.
    """
    for one, two in combinations(single_faults(scenario, until), 2):
        if one.keys() != two.keys():
            yield one | two
