"""Run a job in one engine: `python -m tests.consumers.engines NAME`.

On stdin comes a job: the code of a page, the export, and where to work. It goes as a reader would:
the table and a load while the export is young, then, when the rest has come, a load, another one
that must find nothing, and the questions. What came of it goes to stdout.
"""

import importlib
import json
import shutil
import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

_TABLE = "The table"
_LOAD = "Load what is new"


class Engine(Protocol):
    """`run` executes a block of code, and returns its rows, if any."""

    def run(self, code: str) -> list[dict[str, Any]] | None: ...

    def loaded(self) -> list[dict[str, Any]]:
        """Return `sid` and `status` of every loaded row."""
        ...


def main() -> None:
    job = json.load(sys.stdin)
    module = importlib.import_module(f"tests.consumers.engines.{sys.argv[1]}_engine")
    result = carry_out(module.open_engine(Path(job["work"])), job)
    json.dump(result, sys.stdout, default=_json)


def carry_out(engine: Engine, job: dict[str, Any]) -> dict[str, Any]:
    pages: dict[str, list[str]] = job["sections"]
    *first, load = pages.get(_LOAD, [""])
    loads = []
    for folder in job["beside"]:
        shutil.copytree(folder, job["data"], dirs_exist_ok=True)
    arriving: list[list[str]] = [job["early"], job["late"], []]
    for names in arriving:
        _arrive(names, Path(job["root"]), Path(job["data"]))
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


def _arrive(names: Iterable[str], root: Path, data: Path) -> None:
    for name in names:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, data / name)


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
