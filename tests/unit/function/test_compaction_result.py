import json
from datetime import timedelta
from pathlib import Path

import pytest

from studio_export.compaction.account_runs import AccountRuns, AccountSummary
from studio_export.compaction.compaction_run import CompactionRun
from studio_export.compaction.compactor import Compactor
from studio_export.errors import DaysFailedError, InvalidEventError, StoreError
from studio_export.function.compaction_result import answer, check, parse_days
from tests.unit.compaction.day_logs import DAY, FLOW, MIDNIGHT, export, record
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

RIPE = MIDNIGHT + timedelta(days=3)


@pytest.mark.parametrize("event", [{}, None, {"id": "1", "detail-type": "Scheduled Event"}])
def test_an_event_without_days_means_whatever_is_due(event: object) -> None:
    assert parse_days(event) is None


@pytest.mark.parametrize("event", ["x", '{"days": ["2026-11-20"]}', ["2026-11-20"], {"Days": []}])
def test_an_event_that_is_like_days_and_is_none_is_refused(event: object) -> None:
    with pytest.raises(InvalidEventError, match="the event"):
        parse_days(event)


def test_the_example_event_is_understood() -> None:
    example = Path(__file__).parents[3] / "events" / "compact-days.json"

    assert parse_days(json.loads(example.read_text())) == ["2026-11-20"]


def test_days_are_taken_once_and_ascend() -> None:
    assert parse_days({"days": ["2026-11-02", DAY, DAY]}) == [DAY, "2026-11-02"]


@pytest.mark.parametrize(
    "days", [DAY, ["2026-11-31"], ["20261101"], [1], None, ["2026-11-01T00:00"]]
)
def test_what_is_no_list_of_dates_is_refused(days: object) -> None:
    with pytest.raises(InvalidEventError, match="'days'"):
        parse_days({"days": days})


def test_a_scheduled_run_takes_what_is_due_of_the_last_weeks() -> None:
    store = MemoryStore()
    export(store, record("FN1"), record("FN2", -40 * 24 * 60))
    compactor = Compactor(store, VirtualClock(RIPE), 1)

    summary = CompactionRun([compactor]).summary(None, 900)

    done = [day for day in summary.days if day.done and day.done.rows]
    assert [day.day for day in done] == [DAY]
    assert summary.left == 0
    check([AccountSummary(None, summary)])
    assert answer([AccountSummary(None, summary)])["complete"]


def test_days_without_time_are_left_for_the_next_run() -> None:
    store = MemoryStore()
    export(store, record("FN1"))

    summary = CompactionRun([Compactor(store, VirtualClock(RIPE), 1)]).summary([DAY], 200)

    assert (list(summary.days), summary.left) == ([], 1)
    assert not answer([AccountSummary(None, summary)])["complete"]


def test_a_failed_day_is_raised_after_all_are_done_and_says_which_and_why() -> None:
    store = MemoryStore()
    export(store, record("FN1"), record("FN2"), record("FN3", 24 * 60))
    del store.objects[f"executions/dt={DAY}/{FLOW}-T00-00000.jsonl.gz"]

    compactor = Compactor(store, VirtualClock(RIPE + timedelta(days=1)), 1)
    summary = CompactionRun([compactor]).summary([DAY, "2026-11-02"], 900)

    with pytest.raises(DaysFailedError, match=f"{DAY}: CorruptLogError: an object is missing"):
        check([AccountSummary(None, summary)])
    failed, done = answer([AccountSummary(None, summary)])["days"]
    assert failed["error"].startswith("CorruptLogError")
    assert (done["error"], done["rows"]) == (None, 1)


class _BrokenStore(MemoryStore):
    def list(self, prefix: str) -> list[str]:
        raise StoreError(f"{prefix} cannot be listed")


def _accounts(clock: VirtualClock, **stores: MemoryStore) -> AccountRuns:
    return AccountRuns(
        {name: CompactionRun([Compactor(store, clock, 1)]) for name, store in stores.items()},
        clock,
    )


def _exported(*, corrupt: bool = False) -> MemoryStore:
    store = MemoryStore()
    export(store, record("FN1"), record("FN2"))
    if corrupt:
        del store.objects[f"executions/dt={DAY}/{FLOW}-T00-00000.jsonl.gz"]
    return store


def test_each_account_is_compacted_and_the_trouble_of_one_ends_no_other() -> None:
    stores = {"acme": _BrokenStore(), "globex": _exported(corrupt=True), "initech": _exported()}
    summaries = _accounts(VirtualClock(RIPE), **stores).summaries(None, None, 900)

    result = answer(summaries)
    assert result["accounts"].keys() == stores.keys()
    assert not result["complete"]
    assert result["accounts"]["initech"]["complete"]
    assert [key for key in stores["initech"].objects if key.startswith("daily/")]
    with pytest.raises(DaysFailedError) as raised:
        check(summaries)
    assert "acme: StoreError: " in str(raised.value)
    assert f"globex: {DAY}: CorruptLogError: " in str(raised.value)
    assert "initech" not in str(raised.value)


def test_an_event_may_name_one_account() -> None:
    runs = _accounts(VirtualClock(RIPE), acme=_BrokenStore(), globex=_exported())
    (summary,) = runs.summaries("globex", [DAY], 900)

    assert (summary.account, summary.error) == ("globex", None)
    with pytest.raises(InvalidEventError, match="does not contain 'initech'"):
        runs.summaries("initech", None, 900)


def test_each_day_begins_with_another_account() -> None:
    stores = {name: MemoryStore() for name in ("acme", "globex", "initech")}
    firsts = set()
    for day in range(3):
        clock = VirtualClock(RIPE + timedelta(days=day))
        firsts.add(_accounts(clock, **stores).summaries(None, [], 900)[0].account)

    assert firsts == stores.keys()


def test_the_error_of_the_only_account_is_raised_as_it_is() -> None:
    clock = VirtualClock(RIPE)
    run = CompactionRun([Compactor(_BrokenStore(), clock, 1)])
    with pytest.raises(StoreError, match="cannot be listed"):
        check(AccountRuns({None: run}, clock).summaries(None, None, 900))
