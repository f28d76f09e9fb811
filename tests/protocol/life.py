"""A Flow's life under a plan of faults, from its birth to rest."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from tests.protocol.faults import APPLICABLE, Fault
from tests.protocol.scenarios import Scenario
from tests.protocol.world import World

Faults = Mapping[int, Fault]  # by the number of the I/O


def live(scenario: Scenario, faults: Faults = {}) -> World:  # noqa: B006  never written to
    """Raises `BrokenPromiseError` at the I/O that broke a promise."""
    world = World(scenario, lambda number, _: faults.get(number))
    world.make_ticks(0, len(scenario.ticks))
    world.finish(after=len(scenario.ticks))
    return world


def live_until(scenario: Scenario, tick: int) -> World:
    """An undisturbed life up to the instant of the given tick, which is not made yet."""
    world = World(scenario)
    world.make_ticks(0, tick)
    return world


def single_faults(scenario: Scenario, until: int | None = None) -> Iterator[dict[int, Fault]]:
    """Every fault at every I/O of the undisturbed life (or at its first ones)."""
    for call in live(scenario).seam.trace:
        if until is None or call.number <= until:
            for fault in APPLICABLE[call.name]:
                yield {call.number: fault}


def pairs(scenario: Scenario, until: int) -> Iterator[dict[int, Fault]]:
    """Every pair of faults in the first I/Os; the second at a call that the first did not make
    disappear, or it has no effect."""
    for one, two in combinations(single_faults(scenario, until), 2):
        if one.keys() != two.keys():
            yield one | two
