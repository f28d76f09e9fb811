"""Commit the next object of a log: against another writer, and with a put in doubt."""

from collections.abc import Callable

import pytest

from studio_export.errors import AccessDeniedError, StoreError, StoreUnusableError
from studio_export.log.codec import encode
from studio_export.log.hour_log import AppendResult, append
from studio_export.twilio.record import Record
from tests.unit.doubles import FaultyStore, Put, lost_answer, no_effect, refused
from tests.unit.log.logs import FIVE_PAST, PREFIX, key, lines, log, record
from tools.devkit.fakes.store import MemoryStore


def beaten_by(*records: Record) -> FaultyStore:
    """A store in which another writer puts number zero just before our first put."""
    store = FaultyStore()

    def beaten(do: Put) -> bool:
        MemoryStore.put_if_absent(store, key(0), encode(records).body, {})
        return do()

    store.faults.append(beaten)
    return store


def test_the_first_put_of_a_number_wins_and_the_loser_recomputes() -> None:
    store = beaten_by(record("FN1"), record("FN2"))
    done = append(store, log(), 0, [record("FN2"), record("FN3")])
    assert lines(store) == [[("FN1", "active"), ("FN2", "active")], [("FN3", "active")]]
    assert (done.lines, done.conflicts) == (1, 1)


def test_a_loser_with_nothing_left_writes_nothing() -> None:
    store = beaten_by(record("FN1", "ended"))
    assert append(store, log(), 0, [record("FN1")]) == AppendResult(conflicts=1)
    assert lines(store) == [[("FN1", "ended")]]


def test_a_put_in_doubt_that_took_effect_is_found_counted_and_not_repeated() -> None:
    store, kept = FaultyStore(lost_answer), log()
    done = append(store, kept, 0, [record("FN1", "ended")])
    assert done == AppendResult(1, 1, 1, 1, [FIVE_PAST], doubts=1)
    assert lines(store) == [[("FN1", "ended")]]
    assert store.calls == [f"put {key(0)}", f"list {PREFIX}", *[f"get {key(0)}"] * 2]

    append(store, kept, 1, [record("FN1", "ended"), record("FN2")])
    assert lines(store)[1:] == [[("FN2", "active")]]


def test_a_put_in_doubt_that_arrives_while_the_log_is_read_again_is_counted() -> None:
    class Slow(FaultyStore):
        """The put arrives after it was looked for, and before the next listing."""

        def list(self, prefix: str) -> list[str]:
            self.faults.clear()
            put_late.pop()()
            return super().list(prefix)

    put_late: list[Put] = []

    def late(do: Put) -> bool:
        put_late.append(do)
        raise StoreError("time-out")

    store, kept = Slow(late), log()
    assert append(store, kept, 0, [record("FN1")]) == AppendResult(
        1, 0, 1, 1, [FIVE_PAST], doubts=1
    )
    assert (lines(store), kept.length) == ([[("FN1", "active")]], 1)


@pytest.mark.parametrize("left", [[], [record("FN3")]])
def test_a_put_in_doubt_whose_number_another_writer_took_is_not_ours(left: list[Record]) -> None:
    store = FaultyStore()

    def beaten(do: Put) -> bool:
        del do
        store.put_if_absent(key(0), encode([record("FN1"), record("FN2")]).body, {})
        raise StoreError("time-out")

    store.faults.append(beaten)
    done = append(store, log(), 0, [record("FN2"), *left])
    assert lines(store)[0] == [("FN1", "active"), ("FN2", "active")]
    assert lines(store)[1:] == [[("FN3", "active")] for _ in left]
    assert (done.lines, done.objects, done.conflicts, done.doubts) == (len(left), len(left), 1, 1)


def test_the_same_bytes_by_another_writer_are_not_ours_if_no_put_was_in_doubt() -> None:
    store = beaten_by(record("FN1"))
    assert append(store, log(), 0, [record("FN1")]) == AppendResult(conflicts=1)


def test_a_put_in_doubt_twice_is_counted_once() -> None:
    store = FaultyStore(no_effect, lost_answer)
    done = append(store, log(), 0, [record("FN1")])
    assert (done.lines, done.objects, done.conflicts, done.doubts) == (1, 1, 2, 2)
    assert lines(store) == [[("FN1", "active")]]


@pytest.mark.parametrize("fault", [no_effect, refused])
def test_a_put_without_effect_is_done_again(fault: Callable[[Put], bool]) -> None:
    store = FaultyStore(fault)
    done = append(store, log(), 0, [record("FN1")])
    assert (done.lines, done.conflicts) == (1, 1)
    assert lines(store) == [[("FN1", "active")]]


@pytest.mark.parametrize("error", [StoreUnusableError("no room"), AccessDeniedError("403")])
def test_what_no_retry_fixes_is_not_tried_again(error: Exception) -> None:
    def refuse(do: Put) -> bool:
        del do
        raise error

    store = FaultyStore(refuse)
    with pytest.raises(type(error), match=str(error)):
        append(store, log(), 0, [record("FN1")])
    assert store.calls == [f"put {key(0)}"]


def test_numbers_that_are_always_taken_are_given_up_with_the_reason() -> None:
    store = FaultyStore(*[refused] * 100)
    with pytest.raises(StoreError, match="20 attempts: another writer took each number first"):
        append(store, log(), 0, [record("FN1")])


def test_a_store_that_fails_for_ever_is_given_up_with_its_last_error() -> None:
    store = FaultyStore(*[no_effect] * 100)
    with pytest.raises(
        StoreError, match=r"T14-00000\.jsonl\.gz could not be written in 20 attempts: time-out$"
    ) as caught:
        append(store, log(), 0, [record("FN1")])
    assert str(caught.value.__cause__) == "time-out"
    assert not store.objects
