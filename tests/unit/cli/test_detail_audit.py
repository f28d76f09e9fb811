"""The audit of Steps and Contexts: each ended Execution once, in the log of its object."""

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from studio_export.detail_settings import DetailSettings
from studio_export.details.backlog import Undone
from studio_export.log import keys
from studio_export.log.codec import EncodedObject, ObjectEncoder
from studio_export.log.keys import LogKey
from studio_export.model import Span
from studio_export.shard import shards_of
from studio_export_cli.verify.detail_audit import DetailAudit
from studio_export_cli.verify.detail_report import DetailReport
from studio_export_cli.verify.detail_scope import DetailScope, scope_of
from tools.devkit.fakes.store import MemoryStore

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
DAY = Span(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC))
FLOW = "FW" + "1" * 32
PARENT = LogKey("2026-11-20", FLOW, "09", 0)
PARENT_KEY = keys.log_key(FLOW, "2026-11-20T09", 0)
FIRST, SECOND, ACTIVE = (f"FN{number:032x}" for number in range(3))
SCOPE = DetailScope((keys.STEPS,))


class _Store(MemoryStore):
    def read(self, key: str) -> tuple[bytes, Mapping[str, str]]:
        return self.get(key), self.metadata[key]


def _execution(sid: str, status: str = "ended", **more: object) -> bytes:
    line = {"sid": sid, "status": status, "date_created": "2026-11-20T09:30:00Z", **more}
    return json.dumps(line).encode()


def _encode(*lines: bytes) -> EncodedObject:
    encoder = ObjectEncoder()
    for line in lines:
        encoder.add(line)
    return encoder.finish()


def _store(written: timedelta = timedelta(days=2), *lines: bytes) -> _Store:
    """A store with one object of `executions/`: two Executions that ended, and an active one."""
    store = _Store(lambda: NOW - written)
    parent = lines or (_execution(FIRST), _execution(SECOND), _execution(ACTIVE, "active"))
    store.put_if_absent(PARENT_KEY, _encode(*parent).body, {})
    return store


def _add(store: _Store, number: int, *sids: str, parent: LogKey = PARENT, **more: object) -> str:
    lines = [json.dumps({"execution_sid": sid, "steps": [], **more}).encode() for sid in sids]
    encoded = _encode(*lines)
    key = keys.child_key(keys.STEPS, parent, number)
    store.put_if_absent(key, encoded.body, {"sha256": encoded.sha256})
    return key


def _mark(store: _Store) -> str:
    key = keys.done_key(keys.STEPS, PARENT)
    store.put_if_absent(key, b"{}", {})
    return key


def _audit(store: _Store, scope: DetailScope = SCOPE, span: Span = DAY) -> DetailReport:
    (report,) = DetailAudit(store, scope, NOW).audit(span)
    return report


def _kinds(report: DetailReport) -> Sequence[tuple[str, str]]:
    return [(each.kind, each.location) for each in report.findings]


def test_a_whole_log_with_its_mark_has_no_finding() -> None:
    store = _store()
    _add(store, 0, FIRST)
    _add(store, 1, SECOND, missing="deleted")
    _mark(store)
    report = _audit(store)
    assert (report.ended, report.lines, report.empty, report.findings) == (2, 2, 1, [])


def test_a_line_that_lacks_is_found_once_it_is_due() -> None:
    store = _store()
    _add(store, 0, FIRST)
    report = _audit(store)
    assert _kinds(report) == [("missing", PARENT_KEY)]
    assert report.findings[0].message == f"1 Execution has no line in steps/: {SECOND}"


@pytest.mark.parametrize(
    ("day", "due_after"),
    [
        (23, timedelta(hours=1, minutes=15)),
        (22, timedelta(hours=1, minutes=15)),
        (21, timedelta(hours=7)),
    ],
)
def test_a_young_object_is_not_due(day: int, due_after: timedelta) -> None:
    parent = LogKey(f"2026-11-{day}", FLOW, "09", 0)
    start = datetime(2026, 11, day, tzinfo=UTC)
    span = Span(start, start + timedelta(days=1))
    for age, found in ((due_after - timedelta(seconds=1), 0), (due_after, 1)):
        store = _Store(lambda age=age: NOW - age)  # type: ignore[misc]
        key = keys.log_key(FLOW, f"{parent.day}T09", 0)
        store.put_if_absent(key, _encode(_execution(FIRST)).body, {})
        report = _audit(store, span=span)
        assert (report.not_due, report.found.total()) == (1 - found, found)


def test_a_mark_over_a_log_that_lacks_a_line_is_never_excused() -> None:
    store = _store(timedelta(minutes=1))
    _add(store, 0, FIRST)
    mark = _mark(store)
    assert _kinds(_audit(store)) == [("false_mark", mark)]


def test_a_second_line_and_a_line_of_another_object_are_found() -> None:
    store = _store()
    _add(store, 0, FIRST, SECOND)
    key = _add(store, 1, FIRST, ACTIVE)
    assert _kinds(_audit(store)) == [("duplicate", f"{key}:1"), ("wrong_log", f"{key}:2")]


def test_a_log_without_its_object_is_found() -> None:
    store = _store()
    _add(store, 0, FIRST, SECOND)
    key = _add(store, 0, FIRST, parent=PARENT._replace(number=1))
    report = _audit(store)
    assert _kinds(report) == [("wrong_log", key)]
    assert "T09-00001.jsonl.gz does not exist" in report.findings[0].message


def test_gaps_and_corrupt_objects_are_found() -> None:
    store = _store()
    last = _add(store, 2, FIRST)
    torn = _add(store, 1, SECOND)
    store.objects[torn] = store.objects[torn][:-4]
    store.metadata[last]["sha256"] = "0"
    kinds = _kinds(_audit(store))
    assert kinds == [
        ("gap", torn),
        ("unreadable", torn),
        ("checksum_mismatch", last),
        ("missing", PARENT_KEY),
    ]


def test_an_unreadable_object_of_executions_is_not_compared() -> None:
    store = _store()
    store.objects[PARENT_KEY] = b"no gzip"
    assert _kinds(_audit(store)) == [("not_compared", PARENT_KEY)]


def test_what_is_not_asked_for_is_left_alone() -> None:
    store = _store()
    later = DetailScope((keys.STEPS,), since=datetime(2026, 11, 20, 10, tzinfo=UTC))
    others = DetailScope((keys.STEPS,), ((), ["FW" + "2" * 32]))
    for scope in (later, others):
        assert _audit(store, scope).ended == 0
    hours = Span(DAY.start + timedelta(hours=10), DAY.stop)
    assert _audit(store, span=hours).ended == 0


def test_revisions_are_compared_with_the_lines_that_name_them() -> None:
    store = _store(
        timedelta(days=2),
        _execution(FIRST, flow_version=3),
        _execution(SECOND, flow_version=4),
        _execution(ACTIVE, flow_version=4),
    )
    store.put_if_absent(keys.revision_key(FLOW, 3), b"", {})
    report = _audit(store, DetailScope((keys.FLOW_REVISIONS,)))
    assert (report.ended, report.lines) == (2, 1)
    assert report.findings[0].message == "1 revision has no line in flow-revisions/: 4"


def test_a_line_that_only_a_lenient_parser_reads_counts() -> None:
    store = _store()
    lines = [
        b'{"execution_sid":"%b","steps":[{"n":NaN}]}' % sid.encode() for sid in (FIRST, SECOND)
    ]
    key = keys.child_key(keys.STEPS, PARENT, 0)
    store.put_if_absent(key, gzip.compress(b"\n".join(lines) + b"\n"), {})
    assert _audit(store).findings == []


def test_the_settings_choose_the_datasets_else_the_objects_do() -> None:
    store = _store()
    assert scope_of(store, None, [DAY], (), 0).folders == ()
    _add(store, 0, FIRST)
    assert scope_of(store, None, [DAY], (), 0).folders == (keys.STEPS,)
    chosen = DetailSettings((keys.CONTEXTS,), 2, (FLOW,), NOW, 60)
    scope = scope_of(store, chosen, [DAY], (), 5)
    assert scope == DetailScope(
        (keys.CONTEXTS,), ((FLOW,), ()), NOW, period_seconds=60, grace_seconds=5
    )


def test_a_scope_has_the_flows_of_its_shard_alone() -> None:
    parent = Undone(LogKey("2026-11-20", FLOW, "08", 0), "key", NOW, ())
    included = [
        DetailScope((keys.STEPS,), shard=shard).includes(parent, DAY) for shard in shards_of(5)
    ]
    assert included.count(True) == 1
