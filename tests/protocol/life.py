"""Run a scenario under a plan of faults, from start to rest."""

from collections.abc import Mapping

from tests.protocol.faults import Fault
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


def undisturbed_calls(scenario: Scenario) -> list[str]:
    """Return the names of the calls of the scenario without a fault."""
    return [call.name for call in live(scenario).injector.trace]
