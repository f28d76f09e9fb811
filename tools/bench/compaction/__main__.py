"""`make bench-compact`: compare objects, queries and memory before and after, and check every row.

python -m tools.bench.compaction [DAYS] [EXECUTIONS_A_DAY]
"""

import gzip
import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq

from tools.bench.compaction.crowd import crowd
from tools.bench.compaction.export import export
from tools.bench.measure import result_of

_HOME = Path("build/compaction")
_TIMES = 7
_FORMS = ("executions", "daily", "daily-parquet")


def main() -> None:
    days, executions = (int(each) for each in (sys.argv[1:] or ("30", "10000")))
    root = _HOME / f"{days}x{executions}"
    export(root, days, executions)
    for form in _FORMS[1:]:
        shutil.rmtree(root / form, ignore_errors=True)
    for how in ("json", "parquet"):
        _print_work(f"compact {days} days, as {how}", _child("work", root, how))
    print()
    for form in _FORMS:
        files = [path for path in (root / form).rglob("*") if path.suffix in {".gz", ".parquet"}]
        size = sum(path.stat().st_size for path in files)
        print(f"{form:<14} {len(files):>7,} objects  {size / 1e6:7.1f} MB")
    print()
    for only in ("all", "day"):
        _say_queries(root, only)
    _say_equal(root)
    for hours in (24, 1):
        _say_crowd(hours)


def _child(module: str, *arguments: object) -> dict[str, Any]:
    result: dict[str, Any] = result_of(f"tools.bench.compaction.{module}", *arguments)
    return result


def _print_work(what: str, result: dict[str, Any]) -> None:
    wall, cpu = result["took"]
    peak = f"{result['peak'] / 1e6:,.0f} MB, {result['before'] / 1e6:,.0f} of them before"
    print(f"{what}: {result['rows']:,} rows, {wall:.1f} s, CPU {cpu:.1f} s; peak {peak}")
    if result["errors"]:
        raise SystemExit("\n".join(result["errors"]))


def _say_queries(root: Path, only: str) -> None:
    answers = []
    for form in _FORMS:
        result = _child("query", root / form, _TIMES, only)
        answers.append(result["rows"])
        wall, cpu = (median(each) for each in zip(*result["took"], strict=True))
        first = result["took"][0][0]
        what = "all days" if only == "all" else "one day"
        times = f"{wall * 1e3:8.0f} ms  CPU {cpu * 1e3:8.0f} ms  first {first * 1e3:8.0f} ms"
        print(f"{what}, {form:<14} {times}")
    if not answers[0] == answers[1] == answers[2]:
        raise SystemExit("the answers differ")


def _say_equal(root: Path) -> None:
    """Read with the standard library and pyarrow only, not with the code that wrote it."""
    logs = Counter(
        line for line in _lines(root / "executions") if json.loads(line)["status"] == "ended"
    )
    parts = Counter(_lines(root / "daily"))
    columns = Counter(
        text.as_py().encode()
        for path in (root / "daily-parquet").rglob("*.parquet")
        for text in pq.read_table(path, columns=["line"])["line"]
    )
    if not logs == parts == columns or max(logs.values()) > 1:
        raise SystemExit("rows differ")
    print(f"\n{len(logs):,} final lines: logs, parts and Parquet agree, and none is repeated")


def _lines(folder: Path) -> Iterator[bytes]:
    for path in folder.rglob("*.jsonl.gz"):
        yield from gzip.decompress(path.read_bytes()).splitlines()


def _say_crowd(hours: int) -> None:
    root = _HOME / f"crowd-{hours}"
    shutil.rmtree(root, ignore_errors=True)
    crowd(root, 100_000, 2000, hours)
    for how in ("json", "parquet"):
        spread = "over 24 hours" if hours > 1 else "in one hour"
        _print_work(f"a day of 100,000 x 2 kB {spread}, as {how}", _child("work", root, how))
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
