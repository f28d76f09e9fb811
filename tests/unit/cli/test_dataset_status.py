"""How far Steps and Contexts are: objects done of all, from listings alone."""

from datetime import UTC, datetime, timedelta

import pytest

from studio_export.detail_settings import DetailSettings
from studio_export.log import keys
from studio_export.log.keys import LogKey
from studio_export_cli.status.dataset_status import DatasetStatus, dataset_statuses
from studio_export_cli.status.dataset_text import as_json, lines, problems, refusal_lines
from tools.devkit.fakes.store import MemoryStore

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
FLOW = "FW" + "1" * 32
OTHER = "FW" + "2" * 32
STEPS = DetailSettings((keys.STEPS,), 2)


class _ListedStore(MemoryStore):
    """A store in which a read is a fault."""

    def get(self, key: str) -> bytes:
        raise AssertionError(f"{key} was read")


def _store(*parents: tuple[LogKey, timedelta], done: tuple[LogKey, ...] = ()) -> _ListedStore:
    """A store with these objects of `executions/`, so old, and the marks of Steps."""
    store = _ListedStore()
    for parent, age in parents:
        store.now = lambda age=age: NOW - age  # type: ignore[misc]
        name = keys.log_key(parent.flow_sid, f"{parent.day}T{parent.hour}", parent.number)
        store.put_if_absent(name, b"", {})
    for parent in done:
        store.put_if_absent(keys.done_key(keys.STEPS, parent), b"", {})
    return store


def _parent(day: int, hour: int = 9, flow_sid: str = FLOW) -> LogKey:
    return LogKey(f"2026-11-{day:02}", flow_sid, f"{hour:02}", 0)


def _only(statuses: list[DatasetStatus]) -> DatasetStatus:
    (status,) = statuses
    return status


def test_without_a_setting_or_an_object_no_dataset_is_shown() -> None:
    store = _store((_parent(23), timedelta(hours=1)))
    assert dataset_statuses(store, NOW, None) == []
    assert [*lines([]), *refusal_lines("")] == []


def test_a_dataset_is_shown_if_it_is_set_or_if_it_has_an_object() -> None:
    parent = _parent(23)
    bare = _store((parent, timedelta(hours=1)))
    assert _only(dataset_statuses(bare, NOW, STEPS)).name == "steps"
    marked = _store((parent, timedelta(hours=1)), done=(parent,))
    assert _only(dataset_statuses(marked, NOW, None)).done == 1
    bare.put_if_absent(keys.child_key(keys.CONTEXTS, parent, 0), b"", {})
    assert _only(dataset_statuses(bare, NOW, None)).name == "contexts"


def test_objects_are_done_undone_or_not_due() -> None:
    done, undone, older, fresh = _parent(20), _parent(21), _parent(18, 22), _parent(23)
    store = _store(
        (done, timedelta(days=3)),
        (undone, timedelta(days=2)),
        (older, timedelta(hours=1)),
        (fresh, timedelta(minutes=9)),
        done=(done,),
    )
    status = _only(dataset_statuses(store, NOW, STEPS))
    assert (status.objects, status.done, status.not_due, len(status.due)) == (4, 1, 1, 2)
    assert status.ok
    assert as_json([status]) == {
        "steps": {
            "ok": True,
            "objects": 4,
            "done": 1,
            "not_due": 1,
            "oldest_undone": "2026-11-18T22",
            "headroom_seconds": (25 * 24 + 8) * 3600,
        }
    }
    _, _, row = lines([status])
    assert row.split() == ["steps", "4", "1", "1", "2026-11-18T22", "25d"]


def test_what_is_not_asked_for_is_not_counted() -> None:
    store = _store(
        (_parent(20), timedelta(days=3)),
        (_parent(22), timedelta(days=1)),
        (_parent(22, flow_sid=OTHER), timedelta(days=1)),
    )
    since = datetime(2026, 11, 21, tzinfo=UTC)
    of_one = DetailSettings((keys.STEPS,), 2, (FLOW,), since)
    assert _only(dataset_statuses(store, NOW, of_one)).objects == 1
    assert _only(dataset_statuses(store, NOW, STEPS, (OTHER,))).objects == 1
    assert _only(dataset_statuses(store, NOW, STEPS)).objects == 3


@pytest.mark.parametrize(
    ("began", "when"),
    [
        (NOW - timedelta(days=29), "in 1d Twilio deletes the first of their Executions"),
        (NOW - timedelta(days=31), "Twilio has deleted the first of their Executions"),
    ],
)
def test_what_twilio_soon_deletes_is_a_problem(began: datetime, when: str) -> None:
    parent = LogKey(f"{began:%Y-%m-%d}", FLOW, f"{began:%H}", 0)
    status = _only(dataset_statuses(_store((parent, timedelta(days=2))), NOW, STEPS))
    assert not status.ok
    (problem,) = problems([status])
    assert problem.startswith(f"steps lacks the lines of 1 object of executions/: {when}. Check")


def test_72_hours_are_enough() -> None:
    parent = LogKey("2026-10-27", FLOW, "14", 0)
    status = _only(dataset_statuses(_store((parent, timedelta(days=2))), NOW, STEPS))
    assert status.headroom_seconds == 72 * 3600
    assert list(problems([status])) == []


def test_a_refused_listing_is_named() -> None:
    refused = "s3:ListBucket is denied. Allow it."
    *_, line = refusal_lines(refused)
    assert line.endswith("are not shown: s3:ListBucket is denied. Allow it.")
