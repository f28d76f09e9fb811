from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest

from studio_export.errors import CheckpointError
from studio_export.model import Checkpoint, Hints, Span
from studio_export.ports import Checkpoints
from tests.contract.checkpoint_tables import (
    FLOW,
    NOW,
    UNTIL,
    CheckpointBench,
    DynamoDbBench,
    MemoryBench,
    SqliteBench,
)

OTHER_FLOW = "FW" + "1" * 32
AGES = [120, 900, 1800, 3600, 7200, 14400, 28800, 57600, *range(86400, 30 * 86400, 86400)]
FULL = Checkpoint(
    cursors={age: NOW - timedelta(seconds=age) for age in AGES},
    spans={age: 6 * 3600 + age for age in AGES},
)
SMALL = Checkpoint(cursors={120: NOW}, spans={120: 60})


@pytest.fixture(params=["memory", "sqlite", "dynamodb"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> CheckpointBench:
    if request.param == "memory":
        return MemoryBench()
    if request.param == "sqlite":
        return SqliteBench(tmp_path / "state" / "checkpoints.sqlite")
    table = DynamoDbBench(request.getfixturevalue("dynamodb_server"), f"checkpoints-{uuid4().hex}")
    table.create()
    return table


@pytest.fixture
def checkpoints(bench: CheckpointBench) -> Checkpoints:
    return bench.open()


@pytest.fixture
def held(checkpoints: Checkpoints) -> Checkpoints:
    """The checkpoints, once `a` has the lease of a new Flow."""
    checkpoints.acquire(FLOW, "a", NOW, UNTIL)
    return checkpoints


def acquire(bench: CheckpointBench, owner: str) -> bool:
    return bench.open().acquire(FLOW, owner, NOW, UNTIL) is not None


def test_a_new_flow_has_an_empty_checkpoint(checkpoints: Checkpoints) -> None:
    assert checkpoints.acquire(FLOW, "a", NOW, UNTIL) == Checkpoint()


def test_37_ages_round_trip(bench: CheckpointBench, checkpoints: Checkpoints) -> None:
    assert len(FULL.cursors) == 37
    checkpoints.acquire(FLOW, "a", NOW, UNTIL)

    assert checkpoints.save(FLOW, "a", FULL)

    assert bench.open().acquire(FLOW, "a", NOW, UNTIL) == FULL


def test_holes_and_hints_round_trip(bench: CheckpointBench, checkpoints: Checkpoints) -> None:
    hole = Span(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    known = Hints((5, 5, 9), {20_775: 7}, ask_from=11, ignored_until=12)
    full = replace(FULL, holes=(hole,), hints=known)
    checkpoints.acquire(FLOW, "a", NOW, UNTIL)

    assert checkpoints.save(FLOW, "a", full)
    assert bench.open().acquire(FLOW, "a", NOW, UNTIL) == full
    assert checkpoints.save(FLOW, "a", FULL)
    assert bench.open().acquire(FLOW, "a", NOW, UNTIL) == FULL


def test_an_instant_of_another_zone_is_the_same_instant(checkpoints: Checkpoints) -> None:
    west = timezone(-timedelta(hours=8))
    checkpoints.acquire(FLOW, "a", NOW.astimezone(west), UNTIL.astimezone(west))
    checkpoints.save(FLOW, "a", Checkpoint(cursors={120: NOW.astimezone(west)}))

    assert checkpoints.acquire(FLOW, "b", NOW, UNTIL) is None
    assert checkpoints.acquire(FLOW, "b", UNTIL, UNTIL) == Checkpoint(cursors={120: NOW})


def test_a_save_replaces_the_whole_checkpoint(held: Checkpoints) -> None:
    held.save(FLOW, "a", FULL)

    assert held.save(FLOW, "a", SMALL)

    assert held.acquire(FLOW, "a", NOW, UNTIL) == SMALL


def test_flows_do_not_touch_each_other(held: Checkpoints) -> None:
    held.save(FLOW, "a", SMALL)

    assert held.acquire(OTHER_FLOW, "b", NOW, UNTIL) == Checkpoint()
    assert not held.save(OTHER_FLOW, "a", SMALL)


def test_a_lease_that_is_held_refuses_others_until_it_ends(held: Checkpoints) -> None:
    assert held.acquire(FLOW, "b", NOW, UNTIL) is None
    assert held.acquire(FLOW, "b", UNTIL - timedelta(seconds=1), UNTIL) is None
    assert held.acquire(FLOW, "b", UNTIL, UNTIL + timedelta(minutes=5)) == Checkpoint()


def test_a_lease_does_not_end_within_its_last_second(checkpoints: Checkpoints) -> None:
    half = timedelta(milliseconds=500)
    checkpoints.acquire(FLOW, "a", NOW + half, UNTIL + half)

    assert checkpoints.acquire(FLOW, "b", UNTIL + half / 2, UNTIL) is None
    assert checkpoints.acquire(FLOW, "b", UNTIL + 2 * half, UNTIL) == Checkpoint()


def test_a_lease_is_given_to_its_holder_again(held: Checkpoints) -> None:
    held.save(FLOW, "a", SMALL)

    assert held.acquire(FLOW, "a", NOW, UNTIL + timedelta(minutes=5)) == SMALL

    assert held.acquire(FLOW, "b", UNTIL, UNTIL + timedelta(minutes=5)) is None


def test_a_refused_holder_changes_nothing(bench: CheckpointBench, held: Checkpoints) -> None:
    held.save(FLOW, "a", FULL)
    before = bench.item(FLOW)

    assert held.acquire(FLOW, "b", NOW, UNTIL) is None
    assert not held.save(FLOW, "b", SMALL)
    assert not held.save(FLOW, "b", SMALL, release=True)
    held.release(FLOW, "b")

    assert bench.item(FLOW) == before


def test_a_lease_that_was_taken_over_saves_nothing(held: Checkpoints) -> None:
    held.acquire(FLOW, "b", UNTIL, UNTIL + timedelta(minutes=5))
    held.save(FLOW, "b", SMALL)

    assert not held.save(FLOW, "a", FULL)

    assert held.acquire(FLOW, "b", UNTIL, UNTIL) == SMALL


def test_a_lease_that_ended_but_was_not_taken_still_saves(checkpoints: Checkpoints) -> None:
    checkpoints.acquire(FLOW, "a", NOW - timedelta(hours=1), NOW - timedelta(minutes=50))

    assert checkpoints.save(FLOW, "a", SMALL)


def test_a_released_lease_is_free_and_keeps_the_cursors(held: Checkpoints) -> None:
    held.save(FLOW, "a", SMALL)

    held.release(FLOW, "a")
    held.release(FLOW, "a")

    assert not held.save(FLOW, "a", FULL)
    assert held.acquire(FLOW, "b", NOW, UNTIL) == SMALL


def test_a_save_may_release_in_the_same_stroke(held: Checkpoints) -> None:
    assert held.save(FLOW, "a", SMALL, release=True)

    assert not held.save(FLOW, "a", FULL)
    assert held.acquire(FLOW, "b", NOW, UNTIL) == SMALL


def test_an_item_deleted_in_mid_run_is_a_lost_lease_and_a_new_flow(
    bench: CheckpointBench, held: Checkpoints
) -> None:
    held.save(FLOW, "a", SMALL)

    bench.delete(FLOW)

    assert not held.save(FLOW, "a", FULL)
    held.release(FLOW, "a")
    assert held.acquire(FLOW, "b", NOW, UNTIL) == Checkpoint()


@pytest.mark.parametrize("lease", ["free", "ended", "held", "ours"])
def test_an_item_of_a_newer_version_is_refused_and_left_alone(
    bench: CheckpointBench, checkpoints: Checkpoints, lease: str
) -> None:
    checkpoints.acquire(FLOW, "b" if lease == "ours" else "a", NOW, UNTIL)
    checkpoints.save(FLOW, "a", SMALL, release=lease == "free")
    bench.set_version(FLOW, 2)
    before = bench.item(FLOW)

    with pytest.raises(CheckpointError, match="newer"):
        checkpoints.acquire(FLOW, "b", UNTIL if lease == "ended" else NOW, UNTIL)

    assert bench.item(FLOW) == before


def test_of_many_threads_exactly_one_gets_the_lease(
    bench: CheckpointBench, checkpoints: Checkpoints
) -> None:
    if not bench.races:
        pytest.skip("moto's conditional update is not atomic")
    for turn in range(10):
        start = Barrier(12)
        now = NOW + turn * timedelta(hours=1)

        def race(owner: str, now: datetime = now, start: Barrier = start) -> bool:
            start.wait()
            lease = checkpoints.acquire(FLOW, owner, now, now + timedelta(minutes=5))
            return lease is not None and checkpoints.save(FLOW, owner, SMALL)

        with ThreadPoolExecutor(12) as threads:
            winners = list(threads.map(race, [f"{turn}-{number}" for number in range(12)]))

        assert winners.count(True) == 1


def test_of_several_processes_exactly_one_gets_the_lease(
    bench: CheckpointBench, processes: ProcessPoolExecutor
) -> None:
    if not bench.processes:
        pytest.skip("it lives in one process, or is moto, whose update is not atomic")
    for turn in range(5):
        holders = [f"{turn}-{number}" for number in range(8)]
        won = list(processes.map(acquire, [bench] * 8, holders))

        assert won.count(True) == 1
        bench.open().release(FLOW, holders[won.index(True)])
