"""What a log lacks: no status of an Execution twice, and nothing after an ended line."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio_export.log.dedup import NewRecords, Statuses, select_new
from studio_export.twilio.record import Record

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

sids = st.sampled_from([f"FN{number}" for number in range(4)])
statuses = st.sampled_from(["active", "ended", "odd", None])
known_logs = st.dictionaries(sids, st.lists(statuses, min_size=1, max_size=2).map(tuple))


def record(sid: str, status: str | None = "active", minute: int = 0) -> Record:
    return Record(sid, status, NOON + timedelta(minutes=minute), b"{}")


def test_all_new_records_are_selected_in_their_order() -> None:
    records = [record("FN2", "ended", 2), record("FN1", "active", 1), record("FN3", None, 3)]
    assert select_new({"FN4": ("ended",)}, records) == NewRecords(
        records,
        {"FN2": ("ended",), "FN1": ("active",), "FN3": (None,)},
        [each.created for each in records],
    )


def test_a_status_that_is_there_is_not_selected() -> None:
    known: dict[str, Statuses] = {"FN1": ("active",), "FN2": ("ended",)}
    ended = record("FN1", "ended")
    found = select_new(known, [record("FN1"), ended, record("FN2", "ended")])
    assert found == NewRecords([ended], {"FN1": ("active", "ended")}, [])


@pytest.mark.parametrize("status", ["active", "ended", "odd", None])
def test_nothing_comes_after_an_ended_line(status: str | None) -> None:
    assert select_new({"FN1": ("ended",)}, [record("FN1", status)]) == NewRecords([], {}, [])


def test_within_one_listing_a_record_comes_once_and_not_after_its_end() -> None:
    records = [record("FN1"), record("FN1"), record("FN1", "ended"), record("FN1", "odd")]
    assert select_new({}, records).records == [records[0], records[2]]


def test_ended_before_active_in_one_listing_leaves_the_ended_line_alone() -> None:
    ended = record("FN1", "ended")
    assert select_new({}, [ended, record("FN1")]).records == [ended]


@pytest.mark.parametrize("status", ["paused", None])
def test_an_unknown_status_is_kept_once_beside_the_others(status: str | None) -> None:
    odd = record("FN1", status)
    assert select_new({"FN1": ("active",)}, [odd, odd]).records == [odd]


@given(known_logs, st.lists(st.builds(record, sids, statuses)))
def test_the_quick_way_and_the_loop_say_what_one_record_after_the_other_says(
    known: dict[str, Statuses], records: list[Record]
) -> None:
    expected: defaultdict[str, Statuses] = defaultdict(tuple, known)
    new = []
    for each in records:
        if each.status not in expected[each.sid] and "ended" not in expected[each.sid]:
            expected[each.sid] += (each.status,)
            new.append(each)
    found = select_new(known, records)
    assert found.records == new
    assert {**known, **found.statuses} == {sid: each for sid, each in expected.items() if each}
    assert len(found.created) == len(found.statuses.keys() - known.keys())
