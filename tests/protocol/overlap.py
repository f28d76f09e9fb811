"""Overlapping invocations: each runs to its next I/O, then a schedule picks the next."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from greenlet import greenlet

from tests.protocol.life import live_until
from tests.protocol.scenarios import SCENARIOS, Scenario
from tests.protocol.world import World

# Which process runs, and for how many I/Os. After the schedule each runs to its end in turn.
Schedule = Sequence[tuple[int, int]]


def interleave(processes: Sequence[Callable[[], object]], schedule: Schedule) -> list[int]:
    """Run the processes by the schedule; return how many I/Os each did."""
    done = [0] * len(processes)
    running = [greenlet(process) for process in processes]
    for each in running:
        each.switch()  # to just before its first I/O
    rest = [(index, 1_000_000) for index in range(len(running))]
    for who, steps in [*schedule, *rest]:
        for _ in range(steps):
            if running[who].dead:
                break
            running[who].switch()
            done[who] += 1
    return done


def overlap(world: World, schedule: Schedule, invocations: int = 2) -> list[int]:
    """Run that many invocations by the schedule; return how many I/Os each did."""

    def invocation(process: str) -> Callable[[], object]:
        return lambda: world.invoke_in(world.exporter(process), process)

    invoked = [invocation(f"overlap-{index}") for index in range(invocations)]
    return interleave(invoked, schedule)


def live_overlapped(scenario: Scenario, run_index: int, schedule: Schedule) -> World:
    """Run the scenario with two overlapping invocations at the given run."""
    world = live_until(scenario, run_index)
    overlap(world, schedule)
    world.finish(after=run_index)
    return world


def two_preemptions(run: Callable[[Schedule], list[int]]) -> Iterator[Schedule]:
    """Every schedule of two processes in which each is interrupted at most once.

    The first runs i I/Os, the second j; then the first ends, then the second. The length of the
    second depends on i, so it is measured: `run` returns how many I/Os each did.
    """
    length = run([(0, 1_000_000)])[0]
    for i in range(length + 1):
        other = run([(0, i), (1, 1_000_000)])[1]
        for j in range(1, other + 1):
            yield ((0, i), (1, j))


def meet(seed: int) -> World:
    """Run a random scenario in which two to four invocations overlap at random."""
    chance = random.Random(seed)
    scenario = replace(chance.choice(SCENARIOS), lease=chance.random() < 0.5)
    run_index = chance.randrange(len(scenario.run_times))
    many = chance.randint(2, 4)
    schedule = [(chance.randrange(many), chance.randint(1, 9)) for _ in range(24)]
    world = live_until(scenario, run_index)
    overlap(world, schedule, many)
    world.finish(after=run_index)
    return world
