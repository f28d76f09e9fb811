"""Time the view of compacted days in each engine, beside its table of the logs alone.

python -m tests.consumers.view_times      ten minutes; a table

The question is how many Executions ended, by day and Flow, with every column in the table. Each
time begins as a session of a reader does, without what an earlier time has listed or read.
"""

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from studio_export.compaction.compact_day import Compaction
from studio_export.compaction.executions import Executions
from studio_export_cli.stores.directory import DirectoryStore
from tests.consumers.job import here
from tests.consumers.oracle import Row
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


def main() -> None:
    ensure("engines")
    export(_DATA, _DAYS, _EXECUTIONS_A_DAY)
    shutil.rmtree(_DATA / "daily", ignore_errors=True)
    counted = len(list(_DATA.glob("executions/**/*.jsonl.gz")))
    print(f"{_DAYS} days of {_EXECUTIONS_A_DAY:,} Executions in {counted:,} objects\n")
    measured: dict[str, list[float]] = {engine: [] for engine in _QUESTIONS}
    answers: list[set[tuple[str, str, int]]] = []
    for complete in _COMPLETE:
        _compact(complete)
        for engine, question in _QUESTIONS.items():
            table, view = code_of(engine)["The table"], code_of(engine)["Compacted days"][:-1]
            whole = [] if engine in _READ_BY_THE_TABLE else table
            works = [[*whole, *view, question.format(table="finals")]]
            if not complete:
                works.insert(0, [*table, question.format(table="executions")])
            for timed in works:
                seconds, rows = _timed(engine, table, timed)
                measured[engine].append(seconds)
                answers.append(_comparable(rows))
                if answers[0] != answers[-1]:
                    raise SystemExit(f"{engine} answers differently with {complete} days complete")
    states = (f"`finals`, {complete} of {_DAYS} days complete" for complete in _COMPLETE)
    print(f"| | logs | {' | '.join(states)} |\n|{'---|' * (len(_COMPLETE) + 2)}")
    for engine, times in measured.items():
        print(f"| {engine} | {' | '.join(f'{seconds:.1f} s' for seconds in times)} |")


def _compact(days: int) -> None:
    """Mark so many of the oldest days as complete."""
    store = DirectoryStore(_DATA)
    compaction = Compaction(
        store, Executions(), lambda keys: map(store.get, keys), lambda _day, _objects: None
    )
    for folder in sorted((_DATA / "executions").iterdir())[:days]:
        compaction.compact(folder.name.removeprefix("dt="), complete=True)


def _timed(engine: str, first: Sequence[str], timed: Sequence[str]) -> tuple[float, list[Row]]:
    """Return the median seconds, and the answer."""
    with TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "studio").symlink_to(_DATA)
        job = {
            "engine": engine,
            "work": folder,
            "first": [here(code, work) for code in first],
            "timed": [here(code, work) for code in timed],
        }
        python = ROOT / ".venv-engines/bin/python"
        command: list[str | Path] = [python, "-m", "tests.consumers.engines.timing"]
        done = program.run(command, cwd=ROOT, input=json.dumps(job))
    if done.returncode:
        raise SystemExit(f"{engine} failed:\n{done.stderr[-5000:]}")
    result = json.loads(done.stdout.splitlines()[-1])
    return median(result["seconds"]), result["rows"]


def _comparable(rows: Iterable[Row]) -> set[tuple[str, str, int]]:
    return {(row["dt"][:10], row["flow_sid"], int(row["ended"])) for row in rows}


if __name__ == "__main__":
    main()
