"""Compactors that die at any I/O or overlap, also with an exporter, write each row once."""

import pytest

from studio_export.compaction.days import Stage
from studio_export.log.keys import EXECUTIONS, STEPS
from tests.protocol import cases
from tests.protocol.compaction_world import (
    AT_REST,
    CompactionWorld,
    live_compaction,
    undisturbed_calls,
)
from tests.protocol.faults import pairs
from tests.protocol.overlap import Schedule, interleave, two_preemptions

FOLDERS = pytest.mark.parametrize("folder", [EXECUTIONS, STEPS])


def test_compaction_without_faults_writes_two_parts_and_marks_the_day_complete() -> None:
    world = live_compaction({})

    assert [key for key in world.store.objects if key.startswith("daily")] == [
        "daily/dt=2026-11-01/00000.jsonl.gz",
        "daily/dt=2026-11-01/00001.jsonl.gz",
        "daily/dt=2026-11-01/_complete-00002.json",
    ]
    assert [day.done and (day.done.added, day.done.rows) for day in world.outcomes] == [
        (8, 8),
        (4, 12),
    ]


def test_compaction_of_steps_waits_for_the_lines_of_what_ended_late() -> None:
    world = live_compaction({}, STEPS)

    assert [key for key in world.store.objects if key.startswith("daily")] == [
        "daily-steps/dt=2026-11-01/00000.jsonl.gz",
        "daily-steps/dt=2026-11-01/00001.jsonl.gz",
        "daily-steps/dt=2026-11-01/_complete-00002.json",
    ]
    assert [
        (day.stage, day.done and (day.done.added, day.done.rows)) for day in world.outcomes
    ] == [
        (Stage.GROWING, (4, 4)),
        (Stage.WAITING, (0, 4)),
        (Stage.COMPLETE, (2, 6)),
    ]


@pytest.mark.parametrize("kind", ["compaction", "compaction of steps"])
def test_no_fault_at_any_io_loses_or_doubles_a_row(kind: str) -> None:
    lives = [cases.run(case) for case in cases.compaction_cases(until=0, kind=kind)]

    assert len(lives) > 250


@FOLDERS
def test_no_pair_of_faults_in_the_first_ios_loses_or_doubles_a_row(folder: str) -> None:
    calls = undisturbed_calls(folder)
    lives = [live_compaction(faults, folder) for faults in pairs(calls, until=9)]

    assert len(lives) > 500


@FOLDERS
@pytest.mark.parametrize("late", [False, True], ids=["growing", "complete"])
def test_no_schedule_of_two_compactors_loses_or_doubles_a_row(folder: str, *, late: bool) -> None:
    def run(schedule: Schedule) -> list[int]:
        world = CompactionWorld(folder=folder)
        if late:
            world.compact("p1")
            world.export_late()
            world.clock.advance((AT_REST - world.clock.now()).total_seconds() + 1)
        both = [lambda: world.compact("one"), lambda: world.compact("other")]
        done = interleave(both, schedule)
        world.live()
        return done

    assert len([run(schedule) for schedule in two_preemptions(run)]) > 100


@FOLDERS
def test_no_schedule_of_a_compactor_and_an_exporter_loses_or_doubles_a_row(folder: str) -> None:
    def run(schedule: Schedule) -> list[int]:
        world = CompactionWorld(folder=folder)
        both = [lambda: world.compact("compactor"), world.export_late]
        done = interleave(both, schedule)
        world.live()
        return done

    assert len([run(schedule) for schedule in two_preemptions(run)]) > 100
