"""Run jobs in the engines that this process imports: `python -m tests.consumers.engines`.

On stdin each line is a job: an engine, the code of a page, the export, and where to work. It goes
as a reader would: the table and a load while the export is young, then, when the rest has come, a
load, another one that must find nothing, and the questions. Each job opens its engine anew. A line
of stdout is its result, or the error that ended it.
"""

import json
import shutil
import sys
import traceback
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.consumers.engines.engine import Engine, opened
from tests.consumers.objects import copy_objects

_TABLE = "The table"
_LOAD = "Load what is new"


def main() -> None:
    for line in sys.stdin:
        try:
            answer: dict[str, object] = {"result": _run(json.loads(line))}
        except Exception:  # noqa: BLE001  the test says which error it wants
            answer = {"error": traceback.format_exc()}
        sys.stdout.write(json.dumps(answer, default=_json) + "\n")
        sys.stdout.flush()


def _run(job: dict[str, Any]) -> dict[str, Any]:
    with opened(job["engine"], Path(job["work"])) as engine:
        return carry_out(engine, job)


def carry_out(engine: Engine, job: dict[str, Any]) -> dict[str, Any]:
    pages: dict[str, list[str]] = job["sections"]
    *first, load = pages.get(_LOAD, [""])
    loads = []
    for folder in job["beside"]:
        shutil.copytree(folder, job["data"], dirs_exist_ok=True)
    arriving: list[list[str]] = [job["early"], job["late"], []]
    for names in arriving:
        copy_objects(names, Path(job["root"]), Path(job["data"]))
        if load:
            for code in [*pages[_TABLE], *first, load]:
                engine.run(code)
            first = []
            loads.append(engine.loaded())
    for code in pages[_TABLE]:
        engine.run(code)
    return {"loads": loads, "answers": {name: _ask(engine, pages[name]) for name in job["ask"]}}


def _ask(engine: Engine, codes: Iterable[str]) -> list[dict[str, Any]] | None:
    """Run every block of a section, and return the rows of the last."""
    rows = None
    for code in codes:
        rows = engine.run(code)
    return rows


def _json(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return None if value != value else value.isoformat()  # noqa: PLR0124 - NaT
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return float(value)
    return value.item()  # numpy's


if __name__ == "__main__":
    main()
