"""A log: numbered objects, each written once, by a writer that read all before it."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from studio_export.errors import (
    AccessDeniedError,
    CorruptLogError,
    StoreError,
    StoreUnusableError,
)
from studio_export.log.codec import encode
from studio_export.log.commit import Proposal, put_once
from studio_export.log.hour_log import AppendResult, HourLog, append, hour_of
from studio_export.log.keys import log_lengths
from studio_export.log.reader import decode
from studio_export.twilio.record import Record
from studio_export.version import VERSION
from tests.unit.doubles import FaultyStore, Put, no_effect
from tools.devkit.fakes.store import MemoryStore

FLOW = "FW" + "0" * 32
HOUR = "2026-11-23T14"
PREFIX = f"executions/dt=2026-11-23/{FLOW}-T14-"
FIVE_PAST = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def record(sid: str, status: str | None = "active") -> Record:
    return Record(sid, status, FIVE_PAST, f'{{"sid":"{sid}","status":"{status}"}}'.encode())


def log() -> HourLog:
    return HourLog(FLOW, HOUR)


def key(number: int) -> str:
    return f"{PREFIX}{number:05}.jsonl.gz"


def lines(store: MemoryStore) -> list[list[tuple[str, str | None]]]:
    return [decode(store.objects[each]) for each in sorted(store.objects)]


def put(store: MemoryStore, number: int, *records: Record) -> None:
    assert store.put_if_absent(key(number), encode(records).body, {})


# Names


def test_a_key_is_the_data_contracts_to_the_letter() -> None:
    flow_sid = "FW0123456789abcdef0123456789abcdef"
    wanted = "executions/dt=2026-11-23/FW0123456789abcdef0123456789abcdef-T14-00003.jsonl.gz"
    assert HourLog(flow_sid, HOUR).key(3) == wanted


@pytest.mark.parametrize(
    "created", [FIVE_PAST, FIVE_PAST.replace(minute=59, second=59, microsecond=999_999)]
)
def test_a_record_belongs_to_the_utc_hour_of_its_creation(created: datetime) -> None:
    assert hour_of(Record("FN1", "active", created, b"{}")) == HOUR


def test_numbers_are_counted_by_hour_from_the_keys_of_a_day() -> None:
    day = f"executions/dt=2026-11-23/{FLOW}-"
    keys = [f"{day}T14-00001.jsonl.gz", f"{day}T14-00000.jsonl.gz", f"{day}T09-00000.jsonl.gz"]
    assert dict(log_lengths(keys)) == {"09": 1, "14": 2}
    assert log_lengths([])["14"] == 0


def test_a_key_of_another_shape_is_none_of_ours() -> None:
    assert not log_lengths(
        [f"{PREFIX}00000.jsonl.gz.tmp", f"{PREFIX}0.jsonl.gz", f"{PREFIX}_SUCCESS"]
    )


@pytest.mark.parametrize("present", [[1], [0, 2], [0, 1, 3, 4]])
def test_a_gap_in_the_numbers_is_a_corrupt_log(present: list[int]) -> None:
    with pytest.raises(CorruptLogError, match="missing before executions/dt="):
        log_lengths(map(key, present))


# Appending


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


# Races and doubt


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


def lost_answer(do: Put) -> bool:
    do()
    raise StoreError("time-out")


def refused(_: Put) -> bool:
    """409: another put of the key is under way."""
    return False


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


def rejected(store: FaultyStore) -> bool:
    return put_once(store, Proposal("rejected/0.json", b"{}", {}))


def test_an_object_named_by_its_content_counts_if_it_is_there_after_a_doubt() -> None:
    assert rejected(FaultyStore(lost_answer))
    with pytest.raises(StoreError, match="time-out"):
        rejected(FaultyStore(no_effect))


def test_an_object_named_by_its_content_that_was_there_is_not_new() -> None:
    store = FaultyStore()
    assert [rejected(store), rejected(store)] == [True, False]


def test_an_object_whose_put_is_refused_and_that_is_not_there_is_not_believed() -> None:
    with pytest.raises(StoreError, match=r"rejected/0.json .* another put of it"):
        rejected(FaultyStore(refused))


@pytest.mark.parametrize(
    ("fault", "message"), [(refused, "another put of it"), (no_effect, "time-out")]
)
def test_a_forbidden_read_of_an_object_that_may_be_missing_is_no_refusal(
    fault: Callable[[Put], bool], message: str
) -> None:
    class Prefixes(FaultyStore):
        """S3 answers 403 for a missing key, if the role may list some prefixes alone."""

        def get(self, key: str) -> bytes:
            raise AccessDeniedError(f"403 for {key}")

    with pytest.raises(StoreError, match=message):
        rejected(Prefixes(fault))


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
