"""Time the view of compacted days in each engine, beside its table of the logs alone.

python -m tests.consumers.view_times      eight minutes; a table

The question is how many Executions ended, by day and Flow, with every column in the table. Each
time begins as a session of a reader does, without what an earlier time has listed or read.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from studio_export.compaction.executions import Executions
from studio_export_cli.stores.directory import DirectoryStore
from tests.consumers.compacting import compact
from tests.consumers.job import here
from tests.consumers.pages import ROOT, code_of
from tools.bench.compaction.export import export
from tools.devkit import program
from tools.devkit.environments import ensure

_DAYS, _EXECUTIONS_A_DAY = 30, 2000
_DATA = ROOT / f"build/compaction/{_DAYS}x{_EXECUTIONS_A_DAY}"
_COMPLETE = (0, _DAYS // 2, _DAYS)

_SQL = """
SELECT dt, flow_sid, count(*) AS ended FROM {table} WHERE status = 'ended'
GROUP BY dt, flow_sid ORDER BY dt, flow_sid
"""
_PANDAS = """
frame = {table}[{table}.status == "ended"]
frame.groupby(["dt", "flow_sid"], as_index=False).agg(ended=("sid", "size"))
"""
_POLARS = """
{table}.filter(status="ended").group_by("dt", "flow_sid").agg(ended=pl.len()).sort("dt", "flow_sid")
"""
_QUESTIONS = {
    "duckdb": _SQL,
    "clickhouse": _SQL,
    "polars": _POLARS,
    "pandas": _PANDAS,
    "spark": _SQL,
}

# Whose page reads every log when it makes the table: of it the view needs the functions alone.
_READ_BY_THE_TABLE = {"polars", "pandas"}


class _Time(NamedTuple):
    """The median seconds, and how many ended by day and Flow."""

    seconds: float
    answer: frozenset[tuple[str, str, int]]


class _Row(NamedTuple):
    engine: str
    times: list[_Time]


def main() -> None:
    ensure("engines")
    export(_DATA, _DAYS, _EXECUTIONS_A_DAY)
    shutil.rmtree(_DATA / "daily", ignore_errors=True)
    objects = len(list(_DATA.glob("executions/**/*.jsonl.gz")))
    print(f"{_DAYS} days of {_EXECUTIONS_A_DAY:,} Executions in {objects:,} objects\n")
    rows = [_Row(engine, [_time(engine, _logs(engine))]) for engine in _QUESTIONS]
    for complete in _COMPLETE:
        _compact(complete)
        for row in rows:
            row.times.append(_time(row.engine, _finals(row.engine)))
    expected = rows[0].times[0].answer
    wrong = [row.engine for row in rows if any(time.answer != expected for time in row.times)]
    if wrong:
        raise SystemExit(
            f"{', '.join(wrong)}: not the answer that {rows[0].engine} has of the logs"
        )
    states = (f"`finals`, {complete} of {_DAYS} days complete" for complete in _COMPLETE)
    print(f"| | logs | {' | '.join(states)} |\n|{'---|' * (len(_COMPLETE) + 2)}")
    for row in rows:
        print(f"| {row.engine} | {' | '.join(f'{time.seconds:.1f} s' for time in row.times)} |")


def _compact(days: int) -> None:
    """Mark so many of the oldest days as complete."""
    store = DirectoryStore(_DATA)
    for folder in sorted((_DATA / "executions").iterdir())[:days]:
        compact(store, Executions(), folder.name.removeprefix("dt="), complete=True)


def _logs(engine: str) -> list[str]:
    """Return the code that asks the table of the logs."""
    return [*code_of(engine)["The table"], _QUESTIONS[engine].format(table="executions")]


def _finals(engine: str) -> list[str]:
    """Return the code that asks the view of compacted days."""
    pages = code_of(engine)
    *view, _ = pages["Compacted days"]  # the last block is the page's own question
    table = [] if engine in _READ_BY_THE_TABLE else pages["The table"]
    return [*table, *view, _QUESTIONS[engine].format(table="finals")]


def _time(engine: str, timed: Sequence[str]) -> _Time:
    with TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "studio").symlink_to(_DATA)
        job = {
            "engine": engine,
            "work": folder,
            "first": [here(code, work) for code in code_of(engine)["The table"]],
            "timed": [here(code, work) for code in timed],
        }
        python = ROOT / ".venv-engines/bin/python"
        command: list[str | Path] = [python, "-m", "tests.consumers.engines.timing"]
        done = program.run(command, cwd=ROOT, input=json.dumps(job))
    if done.returncode:
        raise SystemExit(f"{engine} failed:\n{done.stderr[-5000:]}")
    result = json.loads(done.stdout.splitlines()[-1])
    rows = ((row["dt"][:10], row["flow_sid"], int(row["ended"])) for row in result["rows"])
    return _Time(median(result["seconds"]), frozenset(rows))


if __name__ == "__main__":
    main()
