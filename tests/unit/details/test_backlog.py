"""What is due, and in which order: today's first, unless something is about to be deleted."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from studio_export.details.backlog import Undone, all_days, days_of_run, due, undone
from studio_export.log import keys
from studio_export.log.keys import LogKey
from tools.devkit.fakes.store import MemoryStore

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
FLOW, OTHER = "FW" + "1" * 32, "FW" + "2" * 32
HOUR_OLD = timedelta(hours=1)
FOLDERS = (keys.STEPS, keys.CONTEXTS)


def parent(age_hours: int = 2, number: int = 0, flow_sid: str = FLOW) -> LogKey:
    began = NOW - timedelta(hours=age_hours)
    return LogKey(f"{began:%Y-%m-%d}", flow_sid, f"{began:%H}", number)


def one(parent: LogKey, written_ago: timedelta = HOUR_OLD) -> Undone:
    hour = keys.hour_name(parent.day, parent.hour)
    key = keys.log_key(parent.flow_sid, hour, parent.number)
    return Undone(parent, key, NOW - written_ago, FOLDERS)


def store_with(*parents: LogKey, marks: tuple[tuple[str, LogKey], ...] = ()) -> MemoryStore:
    store = MemoryStore(lambda: NOW)
    for each in parents:
        store.put_if_absent(one(each).key, b"", {})
    for folder, each in marks:
        store.put_if_absent(keys.done_key(folder, each), b"", {})
    return store


def test_an_object_is_undone_in_each_dataset_that_lacks_its_mark() -> None:
    half, none, whole = parent(number=0), parent(number=1), parent(number=2)
    marks = ((keys.STEPS, half), *((folder, whole) for folder in FOLDERS))
    found = undone(store_with(half, none, whole, marks=marks), FOLDERS, half.day)
    assert [(each.parent.number, each.folders) for each in found] == [
        (0, (keys.CONTEXTS,)),
        (1, FOLDERS),
    ]


def test_without_marks_every_object_is_undone() -> None:
    whole = parent()
    store = store_with(whole, marks=tuple((folder, whole) for folder in FOLDERS))
    assert undone(store, FOLDERS, whole.day) == []
    assert len(undone(store, FOLDERS, whole.day, marks=False)) == 1


def test_other_flows_are_left_alone() -> None:
    store = store_with(parent(), parent(flow_sid=OTHER))
    found = undone(store, FOLDERS, parent().day, [OTHER])
    assert [each.parent.flow_sid for each in found] == [OTHER]


def test_an_object_is_due_ten_minutes_after_it_was_written() -> None:
    young, old = one(parent(), timedelta(seconds=599)), one(parent(number=1), timedelta(minutes=10))
    assert due([young, old], NOW) == [old]


def test_the_newest_day_comes_first() -> None:
    ages = [50, 2, 26]
    first = [each.parent for each in due([one(parent(hours)) for hours in ages], NOW)]
    assert first == [parent(2), parent(26), parent(50)]


def test_the_oldest_comes_first_while_twilio_is_about_to_delete_it() -> None:
    urgent = one(parent(28 * 24))
    assert [each.parent for each in due([one(parent()), urgent], NOW)] == [urgent.parent, parent()]


def test_what_expired_makes_nothing_urgent() -> None:
    expired = one(parent(33 * 24))
    assert expired.is_closed(NOW)
    assert [each.parent for each in due([expired, one(parent())], NOW)] == [
        parent(),
        expired.parent,
    ]


def test_a_day_is_closed_thirty_days_and_an_hour_after_its_end() -> None:
    closing = datetime(2026, 12, 24, 1, tzinfo=UTC)
    assert not one(parent()).is_closed(closing - timedelta(seconds=1))
    assert one(parent()).is_closed(closing)


def test_executions_of_earlier_hours_are_left_alone() -> None:
    since = NOW.replace(minute=0) - timedelta(hours=2)
    found = [one(parent(2)), one(parent(3))]
    assert [each.parent for each in due(found, NOW, since)] == [parent(2)]


@given(st.integers(0, 10**6), st.sampled_from([60, 900, 3600, 21_600]))
def test_of_24_runs_each_looks_at_two_days_and_one_at_every_other(first: int, period: int) -> None:
    begin = NOW + timedelta(seconds=first)
    looked: list[str] = []
    for run in range(24):
        now = begin + timedelta(seconds=run * period)
        today, yesterday, *older = days_of_run(now, period)
        assert [today, yesterday] == all_days(now)[:2]
        looked += older
    always = set(all_days(begin)[8:]) & set(all_days(begin + timedelta(seconds=24 * period))[2:])
    assert always <= set(looked)
