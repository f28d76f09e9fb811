"""Storms: random scenarios with random faults, table loss, skew, replays and overlaps."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from simulator.faults import Fault as StudioFault
from simulator.faults import Kind
from simulator.request import Operation
from studio_export.export.freshness import Freshness
from studio_export.log import keys
from studio_export.model import Checkpoint, Replay, Span
from tests.protocol.fault_injection import Plan
from tests.protocol.faults import APPLICABLE, Fault
from tests.protocol.overlap import overlap
from tests.protocol.scenarios import DAY, HOUR, MINUTE, Life, Scenario
from tests.protocol.world import START, World
from tools.devkit.fakes.checkpoints import Item

_MISHAPS = ("none",) * 8 + (
    *("lost table", "old table", "replay", "overlap", "killed"),
    *("lost hints", "old hints"),
)
_MAX_SKEW_SECONDS = 8 * MINUTE


def storm(seed: int) -> World:
    """Run the storm of this seed.

    Raises:
        BrokenPromiseError: a promise is broken.
    """
    chance = random.Random(seed)
    scenario = replace(_scenario(chance), detail_folders=_detail_folders(seed))
    world = World(scenario, _random_plan(chance), sound_cursors=not scenario.skew_seconds)
    tables = [dict(world.checkpoints.items)]
    for index in range(len(scenario.run_times)):
        world.advance_to(scenario.run_times[index])
        mishap = chance.choice(_MISHAPS)
        if mishap == "lost table":
            world.checkpoints.items.clear()
        elif mishap == "old table":
            world.checkpoints.items = dict(chance.choice(tables))
        elif mishap == "killed":
            world.kill()
        elif mishap == "lost hints":
            set_hints(world, {})
        elif mishap == "old hints":
            set_hints(world, chance.choice(tables))
        _invoke(world, mishap, chance)
        tables.append(dict(world.checkpoints.items))
    world.finish(after=len(scenario.run_times))
    return world


def set_hints(world: World, table: Mapping[str, Item]) -> None:
    """Give each item the hints of this table, if they are of the same head cursor; else none.

    The codec refuses those of another head cursor.
    """
    for sid, item in world.checkpoints.items.items():
        old = table.get(sid, Item()).checkpoint
        same = bool(old.cursors) and _head(old) == _head(item.checkpoint)
        changed = replace(item.checkpoint, hints=old.hints if same else None)
        world.checkpoints.items[sid] = replace(item, checkpoint=changed)


def _head(checkpoint: Checkpoint) -> datetime | None:
    return checkpoint.cursors[min(checkpoint.cursors)] if checkpoint.cursors else None


def _invoke(world: World, mishap: str, chance: random.Random) -> None:
    if mishap == "overlap":
        many = chance.randint(2, 4)
        schedule = [(chance.randrange(many), chance.randint(1, 6)) for _ in range(20)]
        overlap(world, schedule, many)
    elif mishap == "replay":
        start = START + timedelta(seconds=chance.randint(-HOUR, 2 * HOUR))
        stop = min(start + timedelta(seconds=chance.randint(1, 2 * HOUR)), world.clock.now())
        if start < stop:
            world.invoke(Replay(Span(start.replace(microsecond=0), stop.replace(microsecond=0))))
    world.invoke()


def _scenario(chance: random.Random) -> Scenario:
    executions = tuple(
        Life(
            created=chance.randint(-HOUR, 2 * HOUR),
            lasts_seconds=chance.choice((5, 100, 1000, chance.randint(0, 4000), None)),
            hidden_seconds=chance.choice((0, 0, 0, chance.randint(1, 20 * MINUTE))),
        )
        for _ in range(chance.randint(1, 12))
    )
    times = sorted(chance.sample(range(3 * HOUR), chance.randint(3, 10)))
    return Scenario(
        "storm",
        executions=executions,
        run_times=tuple(times),
        ages=chance.choice(
            ((30 * MINUTE,), (2 * MINUTE, 30 * MINUTE), (2 * MINUTE, 10 * MINUTE, 40 * MINUTE))
        ),
        lookback_seconds=DAY,
        studio_faults=_studio_faults(chance),
        lease=chance.random() < 0.5,
        warm_sids=chance.choice((0, 3, 50_000)),
        buffer_bytes=chance.choice((1, 3000, 8_000_000)),
        max_pages=chance.choice((2, 5, 16)),
        concurrency=chance.choice((1, 1, 3)),
        freshness=Freshness(chance.choice((None, 1, 30)), chance.choice((1, 2, 5, 900))),
    )


def _detail_folders(seed: int) -> tuple[str, ...]:
    """Choose apart from the other choices, which stay the same with and without details."""
    some = ((keys.STEPS,), (keys.STEPS, keys.CONTEXTS))
    return random.Random(f"details {seed}").choice(((), (), (), *some))


def _studio_faults(chance: random.Random) -> tuple[StudioFault, ...]:
    skew = chance.randint(-_MAX_SKEW_SECONDS, _MAX_SKEW_SECONDS)
    possible = (
        StudioFault(Kind.PAGE_SIZE, value=chance.choice((1, 2, 3))),
        StudioFault(Kind.OFFSET_TOKENS),
        StudioFault(Kind.REPEATED_ROWS),
        # The order of Steps is what a line keeps, so they are not shuffled.
        StudioFault(Kind.SHUFFLED_ROWS, operation=Operation.EXECUTIONS),
        StudioFault(Kind.EMPTY_PAGE),
        StudioFault(Kind.EMPTY_LAST_PAGE),
        StudioFault(Kind.PRETTY),
        StudioFault(Kind.FROM_SHIFT, value=1),
        StudioFault(Kind.TO_SHIFT, value=1),
        StudioFault(Kind.THROTTLED, first=chance.randint(1, 20), times=chance.randint(1, 5)),
        StudioFault(Kind.SERVER_ERROR, first=chance.randint(1, 20), times=chance.randint(1, 5)),
        StudioFault(Kind.CUT_BODY, first=chance.randint(1, 20), times=2),
        StudioFault(Kind.HTML_PAGE, first=chance.randint(1, 20), times=1),
        StudioFault(Kind.URL_CYCLE, first=chance.randint(1, 20), times=1),
        StudioFault(Kind.FOREIGN_HOST, first=chance.randint(1, 20), times=1),
        StudioFault(Kind.CLOCK_SKEW, value=skew),
        StudioFault(Kind.STATUS_IGNORED, first=chance.randint(1, 40)),
        StudioFault(Kind.STATUS_UNKNOWN, first=chance.randint(1, 40)),
    )
    return tuple(fault for fault in possible if chance.random() < 0.15)


def _random_plan(chance: random.Random) -> Plan:
    """A plan that draws a fault for each call, of those that the call can have."""
    rate = chance.choice((0.0, 0.02, 0.1, 0.3))

    def plan(_: int, name: str) -> Fault | None:
        return chance.choice(APPLICABLE[name]) if chance.random() < rate else None

    return plan
