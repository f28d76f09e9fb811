"""`studio-export compact`, run as a command."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import Result

from studio_export.details.child_log import ChildLog
from studio_export.details.dataset import Fetched
from studio_export.log.hour_log import HourLog, append
from studio_export.log.keys import STEPS, LogKey
from studio_export.twilio.record import ENDED, Record
from studio_export_cli.compact.parquet import arrow
from studio_export_cli.stores.directory import DirectoryStore
from tests.integration.cli.buckets import Bucket
from tests.integration.cli.running import run
from tools.devkit.duckdb_reader import duckdb_reader

_FLOW = "FW" + "0" * 32
_TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

OLD, RIPE, YOUNG = (str((_TODAY - timedelta(days=days)).date()) for days in (40, 4, 1))
_SIDS = "SELECT sid FROM {} WHERE status = 'ended' AND dt < current_date - 2 ORDER BY sid"
_NESTED = """SELECT execution_sid, len(steps), steps[1].transitioned_to
             FROM '{}/*/*.parquet' ORDER BY ALL"""
_FLAT = """SELECT execution_sid, n, last_n, step_sid, transitioned_to
           FROM '{}/*/*.parquet' ORDER BY ALL"""
_ALL_OF_IT = "format = 'newline_delimited'"


def _record(day: str, number: int, status: str = ENDED) -> Record:
    created = datetime.fromisoformat(f"{day}T10:00:00Z") + timedelta(minutes=number)
    fields = {"sid": f"FN{day}{number}", "status": status, "date_created": created.isoformat()}
    return Record(fields["sid"], status, created, json.dumps(fields).encode())


@pytest.fixture
def to(tmp_path: Path) -> Path:
    """Three days, an hour of each in objects of one line."""
    store = DirectoryStore(tmp_path / "export")
    for day in (OLD, RIPE, YOUNG):
        for number in range(5):
            log = HourLog(_FLOW, f"{day}T10")
            append(store, log, number, [_record(day, number, ENDED if number else "active")])
    return tmp_path / "export"


def _run(to: object, *arguments: str, code: int | None = None) -> Result:
    return run("compact", "--to", to, *arguments, code=code)


def _there(to: Path) -> list[str]:
    return DirectoryStore(to).list("daily/")


def test_it_compacts_and_lists_every_day_that_is_due(to: Path) -> None:
    result = _run(to, "--no-parquet", code=0)

    _, first, second, total = result.stdout.splitlines()
    assert first.split() == ["executions", OLD, *["5", "4", "4", "1", "0", "complete"]]
    assert second.split()[:10] == [
        "executions",
        RIPE,
        *["5", "4", "4", "1", "0", "more", "may", "end"],
    ]
    assert total == "2 days: 8 rows, 8 of them new"
    assert _there(to) == [
        f"daily/dt={OLD}/00000.jsonl.gz",
        f"daily/dt={OLD}/_complete-00001.json",
        f"daily/dt={RIPE}/00000.jsonl.gz",
    ]


def test_a_second_run_finds_nothing_to_do(to: Path) -> None:
    _run(to, "--no-parquet")

    assert _run(to, "--no-parquet").stdout == "No day is due.\n"
    assert _run(to, "--no-parquet", "--dry-run").stdout == "No day is due.\n"


def test_a_named_day_is_brought_up_to_date_at_once(to: Path) -> None:
    _run(to, "--no-parquet")
    append(DirectoryStore(to), HourLog(_FLOW, f"{RIPE}T10"), 5, [_record(RIPE, 0)])

    result = _run(to, "--no-parquet", "--day", RIPE)

    assert result.stdout.splitlines()[1].split()[1:7] == [RIPE, *["6", "5", "1", "2", "0"]]


def test_a_named_day_that_is_too_young_exits_with_75(to: Path) -> None:
    result = _run(to, "--no-parquet", "--day", YOUNG, code=75)

    assert "  too young; compact it from " in result.stdout
    assert _there(to) == []


def test_a_range_omits_days_that_are_too_young(to: Path) -> None:
    _run(to, "--no-parquet", "--since", RIPE, "--until", str(_TODAY.date()), code=0)

    assert _there(to) == [f"daily/dt={RIPE}/00000.jsonl.gz"]


def test_a_dry_run_names_the_days_and_writes_nothing(to: Path) -> None:
    result = _run(to, "--dry-run")

    assert [line.split()[1] for line in result.stdout.splitlines()] == [OLD, RIPE]
    assert "5 objects to read" in result.stdout
    assert _there(to) == []


def test_json_is_a_line_for_each_day(to: Path) -> None:
    days = [json.loads(line) for line in _run(to, "--json", "--no-parquet").stdout.splitlines()]

    assert days[0] == {
        "dataset": "executions",
        "day": OLD,
        "stage": "complete",
        "objects": 5,
        "parts": 1,
        "rows": 4,
        "added": 4,
        "conflicts": 0,
        "absent": 0,
        "parquet": 0,
        "error": None,
    }
    assert [each["stage"] for each in days] == ["complete", "growing"]


def test_a_corrupt_day_is_reported_and_the_others_are_compacted(to: Path) -> None:
    key = f"executions/dt={OLD}/{_FLOW}-T10-00002.jsonl.gz"
    (to / key).unlink()

    result = _run(to, "--no-parquet", code=1)

    assert result.stdout.splitlines()[1].split()[1:] == [OLD, *["-", "-", "-", "-", "-", "failed"]]
    assert "an object is missing before" in result.stderr
    assert _there(to) == [f"daily/dt={RIPE}/00000.jsonl.gz"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--day", "yesterday"),
        ("--since", RIPE),
        ("--day", RIPE, "--since", RIPE, "--until", YOUNG),
        ("--since", YOUNG, "--until", RIPE),
    ],
    ids=" ".join,
)
def test_contradictory_options_are_refused(to: Path, arguments: tuple[str, ...]) -> None:
    assert _run(to, *arguments).exit_code == 2


def test_a_directory_without_an_export_is_refused(tmp_path: Path) -> None:
    result = _run(tmp_path, code=2)

    assert result.stderr == (
        f"studio-export: nothing is exported to {tmp_path}. Give the --to of an export.\n"
    )


@pytest.fixture
def with_steps(to: Path) -> Path:
    """Each final line of the old day and of the ripe day has its Steps, but for one."""
    for day in (OLD, RIPE):
        for number in range(1, 4 if day == RIPE else 5):
            log = ChildLog(STEPS, LogKey(day, _FLOW, "10", number))
            steps = [{"sid": "FT2", "transitioned_to": "Ended"}, {"sid": "FT1"}]
            line = {"execution_sid": f"FN{day}{number}", "flow_sid": _FLOW, "steps": steps}
            log.append(DirectoryStore(to), {"": Fetched(json.dumps(line).encode())})
    return to


def test_days_of_steps_are_compacted_beside_those_of_executions(with_steps: Path) -> None:
    result = _run(with_steps, "--no-parquet", code=0)

    rows = [line.split() for line in result.stdout.splitlines()[1:-1]]
    assert [row[:2] for row in rows] == [
        *[["executions", OLD], ["executions", RIPE], ["steps", OLD], ["steps", RIPE]]
    ]
    assert rows[2][2:] == ["9", "4", "4", "1", "0", "complete"]
    assert " ".join(rows[3][7:]) == "waits for the lines of 1 Execution, and nothing is written"
    assert result.stdout.splitlines()[-1] == "2 days: 12 rows, 12 of them new"
    assert DirectoryStore(with_steps).list("daily-steps/") == [
        f"daily-steps/dt={OLD}/00000.jsonl.gz",
        f"daily-steps/dt={OLD}/_complete-00001.json",
    ]


def test_a_named_day_that_waits_for_steps_exits_with_75(with_steps: Path) -> None:
    result = _run(with_steps, "--no-parquet", "--day", RIPE, "--json", code=75)

    executions, steps = map(json.loads, result.stdout.splitlines())
    assert (executions["dataset"], executions["stage"]) == ("executions", "growing")
    assert (steps["dataset"], steps["stage"], steps["absent"]) == ("steps", "waiting", 1)


def test_datasets_that_the_variable_does_not_name_are_left_alone(
    with_steps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATASETS", "executions")
    _run(with_steps, "--no-parquet", code=0)

    assert not DirectoryStore(with_steps).list("daily-steps/")


def test_parquet_has_a_row_for_each_line_and_one_for_each_step(with_steps: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    result = _run(with_steps, code=0)

    assert result.stdout.splitlines()[3].split()[6] == "2"
    with duckdb_reader() as query:
        nested = query(_NESTED.format(with_steps / "daily-steps-parquet"))
        flat = query(_FLAT.format(with_steps / "daily-steps-flat-parquet"))
    sids = [f"FN{OLD}{number}" for number in range(1, 5)]
    assert nested == [(sid, 2, "Ended") for sid in sids]
    rows = [((1, 2, "FT1", None), (2, 2, "FT2", "Ended")) for _ in sids]
    assert flat == [(sid, *row) for sid, pair in zip(sids, rows, strict=True) for row in pair]


def test_duckdb_finds_the_same_rows_in_the_logs_in_the_parts_and_in_parquet(to: Path) -> None:
    _run(to)
    with duckdb_reader() as query:
        rows = query(_SIDS.format(f"read_json('{to}/executions/*/*.jsonl.gz', {_ALL_OF_IT})"))
        parts = query(_SIDS.format(f"read_json('{to}/daily/*/*.jsonl.gz', {_ALL_OF_IT})"))
        assert len(rows) == 8
        assert parts == rows
        if arrow() is not None:
            assert query(_SIDS.format(f"'{to}/daily-parquet/*/*.parquet'")) == rows


def test_the_query_of_the_data_contract_takes_each_final_row_once(to: Path) -> None:
    contract = (Path(__file__).parents[3] / "docs/data-contract.md").read_text()
    queries = re.findall(r"```sql\n(.*?);\n```", contract, re.DOTALL)
    (query,) = (each for each in queries if "_complete" in each)
    _run(to, "--no-parquet")
    append(DirectoryStore(to), HourLog(_FLOW, f"{RIPE}T10"), 5, [_record(RIPE, 0)])
    for folder in ("executions", "daily"):
        query = query.replace(f"'{folder}/", f"'{to}/{folder}/")
    *settings, select = query.split(";\n")

    with duckdb_reader() as ask:
        for statement in settings:
            ask(statement)
        rows = [sid for sid, *_ in ask(select + " ORDER BY ALL")]

    wanted = [
        *(f"FN{OLD}{number}" for number in range(1, 5)),
        *(f"FN{RIPE}{number}" for number in range(5)),
        *(f"FN{YOUNG}{number}" for number in range(1, 5)),
    ]
    assert rows == sorted(wanted)


def test_a_bucket_is_compacted_as_a_directory_is(to: Path, bucket: Bucket) -> None:
    there = bucket.copy_logs(to)

    result = _run(bucket.to, "--no-parquet")
    _run(to, "--no-parquet")

    assert result.exit_code == 0, result.output
    assert there.list("daily/") == _there(to)
    assert all(there.get(key) == (to / key).read_bytes() for key in _there(to))
