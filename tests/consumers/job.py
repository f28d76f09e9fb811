"""Run the code of a page with its engine, in a separate environment and process."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.consumers.engine_process import EngineProcess
from tests.consumers.oracle import Row

_SHARED = {"hive": "spark"}  # two that run in one JVM
_processes = defaultdict[str, EngineProcess](EngineProcess)  # each is started on first use
SINCE = "2026-11-20"  # the day from which each page asks


class Export(Protocol):
    """Objects below a folder.

    Attributes:
        early: the objects that are there from the beginning; the others come later.
        beside: folders whose files are there too.
    """

    @property
    def root(self) -> Path: ...

    @property
    def early(self) -> frozenset[str]: ...

    @property
    def beside(self) -> tuple[Path, ...]: ...

    def objects(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Result:
    """`loads` are the rows of the loaded table after each of three loads."""

    answers: dict[str, list[Row]]
    loads: list[list[Row]]


def run(
    engine: str,
    sections: Mapping[str, Iterable[str]],
    ask: Iterable[str],
    export: Export,
    work: Path,
) -> Result:
    """Run the sections, with this export in place of their bucket.

    Raises:
        AssertionError: the engine failed.
    """
    answer = _processes[_SHARED.get(engine, engine)].run(
        {"engine": engine, **_job(sections, ask, export, work)}
    )
    assert "error" not in answer, answer["error"]
    return Result(**answer["result"])


def _job(
    sections: Mapping[str, Iterable[str]], ask: Iterable[str], export: Export, work: Path
) -> dict[str, object]:
    return {
        "root": str(export.root),
        "early": sorted(export.early),
        "late": sorted({*export.objects()} - export.early),
        "beside": [str(folder) for folder in export.beside],
        "data": str(work / "studio"),
        "work": str(work),
        "sections": {
            name: [here(code, work) for code in codes] for name, codes in sections.items()
        },
        "ask": list(ask),
    }


def here(code: str, work: Path) -> str:
    """Return the code with a folder of this machine in place of the buckets."""
    code = code.replace("s3://BUCKET/studio", f"{work}/studio")
    code = code.replace("s3('https://BUCKET.s3.amazonaws.com/studio", f"file('{work}/studio")
    code = code.replace("s3(\n  'https://BUCKET.s3.amazonaws.com/studio", f"file('{work}/studio")
    return code.replace("s3://ANOTHER-BUCKET", str(work))
