"""Append to a log: what is new becomes its next object."""

import gzip

import pytest

from studio_export.errors import CorruptLogError
from studio_export.log.codec import encode
from studio_export.log.hour_log import AppendResult, append
from studio_export.version import VERSION
from tests.unit.doubles import FaultyStore
from tests.unit.log.logs import FIVE_PAST, PREFIX, key, lines, log, put, record
from tools.devkit.fakes.store import MemoryStore


def test_the_first_append_makes_number_zero() -> None:
    store = MemoryStore()
    done = append(store, log(), 0, [record("FN1"), record("FN2", "ended")])
    assert done == AppendResult(2, 1, 1, 0, [FIVE_PAST, FIVE_PAST])
    assert sorted(store.objects) == [key(0)]


def test_metadata_say_lines_ended_digest_and_version_and_no_more() -> None:
    store, records = MemoryStore(), [record("FN1"), record("FN2", "ended")]
    append(store, log(), 0, records)
    assert store.metadata[key(0)] == {
        "lines": "2",
        "ended": "1",
        "sha256": encode(records).sha256,
        "exporter": VERSION,
    }


def test_an_append_continues_the_numbers_with_what_is_new_alone() -> None:
    store = MemoryStore()
    put(store, 0, record("FN1"))
    done = append(store, log(), 1, [record("FN1"), record("FN1", "ended")])
    assert lines(store) == [[("FN1", "active")], [("FN1", "ended")]]
    assert done == AppendResult(1, 1, 1, 0, [])  # FN1 had a line


def test_nothing_new_is_nothing_written() -> None:
    store = FaultyStore()
    assert append(store, log(), 0, []) == AppendResult()
    assert store.calls == []


def test_a_status_stays_known_when_another_follows_it() -> None:
    store, kept = MemoryStore(), log()
    put(store, 0, record("FN1"), record("FN2"))
    put(store, 1, record("FN1", "paused"))
    again = [record("FN1"), record("FN2", "paused"), record("FN2"), record("FN1", "paused")]
    append(store, kept, 2, again)
    assert lines(store)[2:] == [[("FN2", "paused")]]
    assert append(store, kept, 3, again) == AppendResult()


def test_what_was_written_is_known_without_being_read() -> None:
    store, kept = FaultyStore(), log()
    records = [record("FN1"), record("FN2", "paused"), record("FN3", None)]
    append(store, kept, 0, records)
    append(store, kept, 1, [record("FN1", "ended")])
    assert append(store, kept, 2, [*records, record("FN1", "ended")]) == AppendResult()
    assert store.calls == [f"put {key(0)}", f"put {key(1)}"]


@pytest.mark.parametrize("left", [0, 1])
def test_what_is_there_counts_and_not_what_a_warm_process_remembers(left: int) -> None:
    store, kept = FaultyStore(), log()
    append(store, kept, 0, [record("FN1")])
    append(store, kept, 1, [record("FN2")])
    for number in range(left, 2):
        del store.objects[key(number)]

    append(store, kept, left, [record("FN1"), record("FN2"), record("FN3")])
    append(store, kept, left + 1, [record("FN2", "ended")])

    there = [("FN1", "active"), ("FN2", "active"), ("FN3", "active")]
    assert lines(store) == [*([each] for each in there[:left]), there[left:], [("FN2", "ended")]]


def test_a_log_that_grew_since_it_was_listed_is_listed_again_and_not_read_again() -> None:
    store, kept = FaultyStore(), log()
    append(store, kept, 0, [record("FN1")])
    store.calls.clear()

    assert append(store, kept, 0, [record("FN1"), record("FN2")]).conflicts == 0
    assert store.calls == [f"list {PREFIX}", f"put {key(1)}"]


@pytest.mark.parametrize(
    "body",
    [b"", b"text", gzip.compress(b"{}\n", mtime=0), encode([record("FN1")]).body[:-1]],
    ids=["empty", "text", "no sid", "cut"],
)
def test_an_unreadable_object_is_a_corrupt_log_that_names_it(body: bytes) -> None:
    store = MemoryStore()
    store.put_if_absent(key(0), body, {})
    with pytest.raises(CorruptLogError, match=r"T14-00000\.jsonl\.gz is unreadable"):
        append(store, log(), 1, [record("FN2")])
    assert len(store.objects) == 1
