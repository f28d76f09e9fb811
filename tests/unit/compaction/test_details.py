import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio_export.compaction.compaction_run import dataset_of
from studio_export.compaction.compactor import Compactor, Day
from studio_export.compaction.days import Stage, recent_days
from studio_export.details import backlog
from studio_export.details.backlog import forgotten_from
from studio_export.details.child_log import ChildLog
from studio_export.details.dataset import Fetched
from studio_export.errors import CorruptLogError
from studio_export.log import keys
from studio_export.log.keys import LogKey
from tests.unit.compaction.day_logs import DAY, FLOW, MIDNIGHT, OTHER, export, record
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

Objects = dict[str, bytes]
Spoil = Callable[[Objects], object]

RIPE = MIDNIGHT + timedelta(days=3)
AT_REST = MIDNIGHT + timedelta(days=31, hours=1)
FORGOTTEN = MIDNIGHT + timedelta(days=34, hours=1)
PART = f"daily-steps/dt={DAY}/00000.jsonl.gz"
STEPS = f"steps/dt={DAY}/"


def line(sid: str, **more: object) -> bytes:
    return json.dumps({"execution_sid": sid, "steps": [], **more}).encode()


def write(store: MemoryStore, sid: str, number: int, text: bytes = b"", **parent: str) -> None:
    """Write the line of an Execution, as a child of an object of its hour."""
    place = LogKey(**{"day": DAY, "flow_sid": FLOW, "hour": "00", **parent}, number=number)
    log = ChildLog(keys.STEPS, place)
    log.read(store, len(store.list(keys.child_prefix(keys.STEPS, place))))
    log.append(store, {sid: Fetched(text or line(sid))})


@pytest.fixture
def store() -> MemoryStore:
    """Two Executions that have ended, in an object each; the first one has its line."""
    made = MemoryStore()
    export(made, record("FN1"), record("FN2", 1))
    write(made, "FN1", 0)
    return made


def compactor(store: MemoryStore, now: datetime, folder: str = keys.STEPS) -> Compactor:
    return Compactor(store, VirtualClock(now), 1, dataset=dataset_of(folder))


def compacted(store: MemoryStore, now: datetime = RIPE, days: Sequence[str] = (DAY,)) -> list[Day]:
    return list(compactor(store, now).run(days))


def rows(store: MemoryStore, keys: Iterable[str] = ()) -> list[bytes]:
    parts = keys or [key for key in store.list("daily-steps/") if key.endswith(".gz")]
    return [row for key in parts for row in gzip.decompress(store.objects[key]).splitlines()]


def markers(store: MemoryStore) -> list[str]:
    return [key for key in store.objects if "_complete" in key]


def test_a_part_has_the_lines_verbatim_in_the_order_in_which_their_executions_began() -> None:
    store = MemoryStore()
    export(store, record("FN1", 200), record("FN2", 1), record("FN3", 2, "active"))
    export(store, record("FN4", 190), flow_sid=OTHER)
    first, middle, last = line("FN2", big=10**30), line("FN4"), b'{ "execution_sid":"FN1","x":NaN}'
    write(store, "FN1", 0, last, hour="03")
    write(store, "FN2", 0, first)
    write(store, "FN4", 0, middle, hour="03", flow_sid=OTHER)

    (day,) = compacted(store)

    assert rows(store, [PART]) == [first, middle, last]
    assert (day.folder, day.stage) == ("steps/", Stage.GROWING)
    assert day.done
    assert (day.done.rows, day.done.added, day.done.parts, day.done.absent) == (3, 3, 1, 0)


@pytest.mark.parametrize("now", [RIPE, AT_REST, FORGOTTEN - timedelta(seconds=1)])
def test_a_day_waits_while_an_execution_lacks_its_line(store: MemoryStore, now: datetime) -> None:
    before = dict(store.objects)

    (day,) = compacted(store, now)

    assert store.objects == before
    assert (day.stage, day.error) == (Stage.WAITING, None)
    assert day.done
    assert (day.done.absent, day.done.rows) == (1, 0)


def test_marks_are_not_believed(store: MemoryStore) -> None:
    for number in (0, 1):
        parent = LogKey(DAY, FLOW, "00", number)
        store.put_if_absent(keys.done_key(keys.STEPS, parent), b"{}", {})

    assert [day.stage for day in compacted(store)] == [Stage.WAITING]


def test_without_any_mark_a_day_whose_lines_are_there_is_compacted(store: MemoryStore) -> None:
    write(store, "FN2", 1)

    assert [day.stage for day in compacted(store, AT_REST)] == [Stage.COMPLETE]
    assert rows(store) == [line("FN1"), line("FN2")]
    assert markers(store) == [f"daily-steps/dt={DAY}/_complete-00001.json"]


def test_a_growing_day_has_no_marker_and_what_comes_later_is_the_next_part() -> None:
    store = MemoryStore()
    export(store, record("FN1"), record("FN2", 1, "active"))
    write(store, "FN1", 0)
    compacted(store)
    assert markers(store) == []
    export(store, record("FN2", 1))
    assert [day.stage for day in compacted(store, AT_REST)] == [Stage.WAITING]

    missing = line("FN2", missing="expired")
    write(store, "FN2", 2, missing)
    compacted(store, AT_REST)

    assert rows(store) == [line("FN1"), missing]
    assert markers(store) == [f"daily-steps/dt={DAY}/_complete-00002.json"]


def test_a_day_that_the_exporter_has_forgotten_is_complete_with_the_lines_that_it_has(
    store: MemoryStore,
) -> None:
    (day,) = compacted(store, FORGOTTEN)

    assert (day.stage, rows(store)) == (Stage.COMPLETE, [line("FN1")])
    assert day.done
    assert day.done.absent == 1
    assert markers(store) == [f"daily-steps/dt={DAY}/_complete-00001.json"]


def test_a_day_is_forgotten_when_no_run_looks_at_it_any_more() -> None:
    hours = [MIDNIGHT + timedelta(hours=n) for n in range(40 * 24)]
    looked_at = [now for now in hours if DAY in backlog.all_days(now)]

    assert forgotten_from(DAY) == FORGOTTEN
    assert looked_at[-1] + timedelta(hours=1) < FORGOTTEN <= looked_at[-1] + timedelta(hours=2)


def test_the_nightly_run_looks_at_a_day_once_after_it_is_forgotten() -> None:
    nights = [MIDNIGHT + timedelta(days=n, hours=2, minutes=20) for n in range(40)]
    looks = [now for now in nights if DAY in recent_days(now)]

    assert [now for now in looks if now >= FORGOTTEN] == looks[-1:]


def test_a_scheduled_run_tries_a_waiting_day_again_until_it_is_complete(
    store: MemoryStore,
) -> None:
    due = []
    for now in (RIPE, AT_REST, FORGOTTEN, FORGOTTEN):
        due.append(compactor(store, now).due([DAY]))
        compacted(store, now, due[-1])

    assert due == [[DAY], [DAY], [DAY], []]


def test_a_day_without_any_line_of_the_dataset_is_left_alone() -> None:
    store = MemoryStore()
    export(store, record("FN1"))
    before = dict(store.objects)

    (day,) = compacted(store, FORGOTTEN)

    assert store.objects == before
    assert (day.error, list(compactor(store, FORGOTTEN).exported())) == (None, [])


def test_every_object_that_is_read_counts_to_its_day(store: MemoryStore) -> None:
    export(store, record("FN3", 24 * 60))

    assert list(compactor(store, RIPE).exported()) == [DAY] * 3


def test_the_other_dataset_and_the_executions_are_compacted_by_themselves(
    store: MemoryStore,
) -> None:
    for folder in (keys.CONTEXTS, keys.EXECUTIONS):
        list(compactor(store, RIPE, folder).run([DAY]))

    assert [key for key in store.objects if key.startswith("daily")] == [
        f"daily/dt={DAY}/00000.jsonl.gz"
    ]


CHILD = f"{STEPS}{FLOW}-T00-00000-00000.jsonl.gz"


def _rename(name: str) -> Spoil:
    return lambda objects: objects.update({f"{STEPS}{FLOW}-{name}.jsonl.gz": objects.pop(CHILD)})


def _second(body: bytes) -> Spoil:
    return lambda objects: objects.update({f"{STEPS}{FLOW}-T00-00000-00001.jsonl.gz": body})


def _without_its_log(objects: Objects) -> None:
    del objects[f"executions/dt={DAY}/{FLOW}-T00-00000.jsonl.gz"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_rename("T00-00000-00001"), "missing before steps/"),
        (_rename("T00-00001-00000"), "no final line in its parent"),
        (_rename("T05-00000-00000"), "no final line in its parent"),
        (_second(gzip.compress(line("FN1") + b"\n")), "two final lines of FN1"),
        (_second(gzip.compress(b"{}\n")), "unreadable"),
        (_second(b"?"), "unreadable"),
        (_without_its_log, "missing before executions/"),
    ],
    ids=["gap", "other parent", "no parent", "twice", "no sid", "no gzip", "gap in the log"],
)
def test_a_corrupt_child_log_fails_its_day_with_a_clear_error(
    spoil: Spoil, message: str, store: MemoryStore
) -> None:
    spoil(store.objects)

    for now in (RIPE, FORGOTTEN):
        (day,) = compacted(store, now)
        assert isinstance(day.error, CorruptLogError)
        assert message in str(day.error)
        assert rows(store) == []


class Interrupted(MemoryStore):
    """After so many listings of its reader, an exporter adds an Execution and its line."""

    listings = 0

    def list(self, prefix: str) -> list[str]:
        listed = super().list(prefix)
        self.listings -= 1
        if self.listings == 0:
            export(self, record("FN9", 2))
            write(self, "FN9", 2)
        return listed


@pytest.mark.parametrize(
    ("listings", "stage"),
    [(1, Stage.GROWING), (2, Stage.WAITING), (3, Stage.GROWING)],
    ids=["its parts", "its children", "its logs"],
)
def test_an_exporter_beside_the_compaction_is_no_corruption(listings: int, stage: Stage) -> None:
    store = Interrupted()
    export(store, record("FN1"), record("FN2", 1))
    write(store, "FN1", 0)
    write(store, "FN2", 1)
    store.listings = listings

    (day,) = compacted(store)

    assert (day.error, day.stage) == (None, stage)
    assert [day.stage for day in compacted(store, AT_REST)] == [Stage.COMPLETE]
    assert rows(store) == [line("FN1"), line("FN2"), line("FN9")]


@given(st.data())
def test_at_rest_each_line_is_a_row_once_wherever_the_compaction_came_between(
    data: st.DataObject,
) -> None:
    store, wanted = MemoryStore(), {}
    for number in range(data.draw(st.integers(1, 6), "executions")):
        sid, minute = f"FN{number}", data.draw(st.integers(0, 200), "minute")
        export(store, record(sid, minute))
        hour = f"{minute // 60:02}"
        parent = len(store.list(keys.log_prefix(FLOW, f"{DAY}T{hour}"))) - 1
        wanted[sid] = line(sid, minute=minute)
        if data.draw(st.booleans(), "compact before its line"):
            assert Stage.COMPLETE not in {day.stage for day in compacted(store)}
        write(store, sid, parent, wanted[sid], hour=hour)
        if data.draw(st.booleans(), "compact after its line"):
            assert [day.stage for day in compacted(store)] == [Stage.GROWING]

    (day,) = compacted(store, AT_REST)

    assert (day.stage, day.error) == (Stage.COMPLETE, None)
    assert sorted(rows(store)) == sorted(wanted.values())
