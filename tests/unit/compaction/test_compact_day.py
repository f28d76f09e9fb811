import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

import pytest

from studio_export.compaction.compactor import Compactor, Day
from studio_export.compaction.days import Stage, parts_by_day, recent_days
from studio_export.errors import AccessDeniedError, CorruptLogError, StoreError
from tests.unit.compaction.day_logs import DAY, FLOW, MIDNIGHT, OTHER, export, record
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

T = TypeVar("T")
RIPE = MIDNIGHT + timedelta(days=3)
AT_REST = MIDNIGHT + timedelta(days=31, hours=1)
PART = f"daily/dt={DAY}/00000.jsonl.gz"


@pytest.fixture
def store() -> MemoryStore:
    """One final line."""
    made = MemoryStore()
    export(made, record("FN1"))
    return made


def compacted(
    store: MemoryStore, now: object = RIPE, days: Sequence[str] = (DAY,), concurrency: int = 1
) -> list[Day]:
    clock = VirtualClock(now)  # type: ignore[arg-type]
    return list(Compactor(store, clock, concurrency).run(days))


def lines(store: MemoryStore, key: str = PART) -> list[bytes]:
    return gzip.decompress(store.objects[key]).splitlines()


def test_a_part_has_the_final_lines_verbatim_sorted_by_creation_whatever_their_flow() -> None:
    store = MemoryStore()
    last, first, middle = record("FN1", 200), record("FN2", 1), record("FN3", 190)
    export(store, last, first, record("FN4", 5, "active"))
    export(store, middle, flow_sid=OTHER)

    (day,) = compacted(store)

    assert lines(store) == [first.text, middle.text, last.text]
    assert day.done
    assert (day.stage, day.done.rows, day.done.parts, day.done.objects) == (Stage.GROWING, 3, 1, 4)


def test_the_metadata_of_a_part_counts_and_hashes_its_lines_and_logs() -> None:
    store = MemoryStore()
    export(store, record("FN1"), record("FN2"))

    compacted(store)

    metadata = store.metadata[PART]
    assert (metadata["lines"], metadata["objects"]) == ("2", "2")
    assert len(metadata["sha256"]) == len(metadata["objects-sha256"]) == 64


def test_the_same_logs_make_the_same_bytes() -> None:
    stores = [MemoryStore(), MemoryStore()]
    for store in stores:
        export(store, *(record(f"FN{n}", n) for n in range(300)))

    compacted(stores[0])
    compacted(stores[1], concurrency=4)

    assert stores[0].objects == stores[1].objects


def test_what_ended_later_makes_the_next_part_and_nothing_new_makes_none() -> None:
    store = MemoryStore()
    export(store, record("FN1"), record("FN2", status="active"))
    compacted(store)
    assert [day.done and day.done.added for day in compacted(store)] == [0]

    export(store, record("FN2"))
    compacted(store, AT_REST)

    assert lines(store, f"daily/dt={DAY}/00001.jsonl.gz") == [record("FN2").text]
    assert len(lines(store)) == 1


def test_the_compactor_marks_a_day_complete_only_once_its_logs_are_at_rest(
    store: MemoryStore,
) -> None:
    compacted(store, AT_REST - timedelta(seconds=1))
    assert [key for key in store.objects if "_complete" in key] == []
    compacted(store, AT_REST)

    marker = json.loads(store.objects[f"daily/dt={DAY}/_complete-00001.json"])
    assert (marker["day"], marker["parts"], marker["lines"], marker["objects"]) == (DAY, 1, 1, 1)


def test_a_day_in_which_nothing_ended_is_complete_without_a_part() -> None:
    store = MemoryStore()
    export(store, record("FN1", status="active"))

    compacted(store, AT_REST)

    assert [key for key in store.objects if key.startswith("daily")] == [
        f"daily/dt={DAY}/_complete-00000.json"
    ]


def test_the_compactor_writes_nothing_for_a_day_without_a_log() -> None:
    store = MemoryStore()

    (day,) = compacted(store, AT_REST)

    assert day.done
    assert store.objects == {}


def test_a_day_that_is_too_young_is_left_alone(store: MemoryStore) -> None:
    (day,) = compacted(store, RIPE - timedelta(seconds=1))

    assert (day.stage, day.done, day.error) == (Stage.YOUNG, None, None)
    assert PART not in store.objects


def test_due_is_a_ripe_day_without_a_part_and_one_at_rest_that_is_not_complete() -> None:
    store, clock = MemoryStore(), VirtualClock(RIPE)
    export(store, record("FN1"))
    compactor = Compactor(store, clock, 1)
    due = []
    for days in (-1, 1, 1, 26.9, 0.2, 1):
        clock.advance(days * 86_400)
        due.append(compactor.due([DAY]))
        list(compactor.run(due[-1]))

    assert due == [[], [DAY], [], [], [DAY], []]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda store, key: store.objects.pop(key), "missing before"),
        (lambda store, key: store.objects.update({key: store.objects[key][:-3]}), "unreadable"),
        (lambda store, key: store.objects.update({key: gzip.compress(b"{}\n")}), "unreadable"),
        (lambda store, key: store.objects.update({key: gzip.compress(b'{"sid":')}), "unreadable"),
    ],
    ids=["hole", "cut", "no sid", "no line end"],
)
def test_a_corrupt_log_fails_its_day_with_a_clear_error_and_no_other_day(
    spoil: object, message: str
) -> None:
    store = MemoryStore()
    export(store, record("FN1"), record("FN2"), record("FN3", 24 * 60))
    spoil(store, f"executions/dt={DAY}/{FLOW}-T00-00000.jsonl.gz")  # type: ignore[operator]

    broken, sound = compacted(store, AT_REST, [DAY, "2026-11-02"])

    assert isinstance(broken.error, CorruptLogError)
    assert message in str(broken.error)
    assert DAY in str(broken.error)
    assert sound.done


def test_two_final_lines_of_one_execution_are_a_clear_error(store: MemoryStore) -> None:
    export(store, record("FN1"), flow_sid=OTHER)

    (day,) = compacted(store)

    assert "two final lines of FN1" in str(day.error)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    "row",
    [b'{"sid":"FN9","status":"ended"}', bytes(record("FN1", context={}).text)],
    ids=["another Execution", "another line"],
)
def test_a_part_that_does_not_agree_with_the_logs_is_a_clear_error(
    row: bytes, number: int, store: MemoryStore
) -> None:
    if number:
        compacted(store)
    foreign = gzip.compress(row + b"\n")
    store.put_if_absent(f"daily/dt={DAY}/{number:05}.jsonl.gz", foreign, {})

    (day,) = compacted(store)

    assert "differ" in str(day.error)


def test_a_missing_part_is_a_clear_error(store: MemoryStore) -> None:
    store.put_if_absent(f"daily/dt={DAY}/00001.jsonl.gz", b"", {})

    (day,) = compacted(store)

    assert str(day.error) == f"{PART} is missing"


def test_other_names_in_the_folders_are_skipped(store: MemoryStore) -> None:
    store.put_if_absent(f"executions/dt={DAY}/notes.txt", b"?", {})
    store.put_if_absent("executions/dt=tomorrow/x.jsonl.gz", b"?", {})
    store.put_if_absent(f"daily/dt={DAY}/_SUCCESS", b"", {})
    compactor = Compactor(store, VirtualClock(RIPE), 1)

    assert sorted(set(compactor.exported())) == [DAY]
    assert [day.error for day in compactor.run([DAY])] == [None]


class Refusing(MemoryStore):
    """A store that refuses each compacted put: with `error`, or else as if its key were taken."""

    error: Exception | None = None

    def put_if_absent(self, key: str, body: bytes, metadata: object) -> bool:
        if not key.startswith("daily"):
            return super().put_if_absent(key, body, metadata)  # type: ignore[arg-type]
        if self.error:
            raise self.error
        return False


def test_a_store_that_takes_no_put_is_given_up() -> None:
    store = Refusing()
    export(store, record("FN1"))

    (day,) = compacted(store)

    assert isinstance(day.error, StoreError)


def test_no_access_stops_the_run_at_once() -> None:
    store = Refusing()
    export(store, record("FN1"))
    store.error = AccessDeniedError("no")

    with pytest.raises(AccessDeniedError):
        compacted(store)


def test_no_day_is_begun_after_the_deadline(store: MemoryStore) -> None:
    clock = VirtualClock(RIPE)

    assert list(Compactor(store, clock, 1).run([DAY], deadline=clock.monotonic())) == []


class Interrupted(MemoryStore):
    """After so many calls of its reader, another exports a line and compacts the day."""

    calls = 0

    def list(self, prefix: str) -> list[str]:
        return self._then(super().list(prefix))

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        self._then(None)
        return super().put_if_absent(key, body, metadata)

    def _then(self, answer: T) -> T:
        self.calls -= 1
        if self.calls == 0:
            export(self, record("FN2"))
            assert compacted(self)[0].done
        return answer


class Doubtful(Interrupted):
    """Also, that put gets no answer."""

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        last = self.calls == 1
        won = super().put_if_absent(key, body, metadata)
        if last:
            raise StoreError("time-out")
        return won


@pytest.mark.parametrize("calls", [1, 2, 3], ids=["its parts", "its logs", "before its put"])
def test_a_compaction_that_another_overtakes_still_succeeds(calls: int) -> None:
    store = Interrupted()
    export(store, record("FN1"))
    store.calls = calls

    (day,) = compacted(store)

    assert day.done, day.error
    assert (day.done.rows, day.done.parts) == (2, 1)
    assert lines(store) == [record("FN1").text, record("FN2").text]


def test_a_put_in_doubt_whose_key_another_took_is_no_win() -> None:
    store = Doubtful()
    export(store, record("FN1"))
    store.calls = 3

    (day,) = compacted(store)

    assert day.done, day.error
    assert (day.done.rows, day.done.parts, day.done.added) == (2, 1, 0)


def test_a_part_added_after_the_completion_marker_is_not_covered_by_it() -> None:
    prefix = f"daily/dt={DAY}/"
    keys = [f"{prefix}00000.jsonl.gz", f"{prefix}_complete-00001.json"]
    assert parts_by_day(keys)[DAY].all_there
    assert not parts_by_day([*keys, f"{prefix}00001.jsonl.gz"])[DAY].all_there


def test_a_scheduled_run_looks_at_a_day_from_when_it_is_ripe_until_days_after_it_is_at_rest() -> (
    None
):
    looks = [DAY in recent_days(MIDNIGHT + timedelta(days=days)) for days in range(40)]
    assert looks == [3 <= days < 35 for days in range(40)]
