"""Run the code of a page with its engine, in a separate environment and process."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.consumers.oracle import Row
from tests.consumers.pages import ROOT
from tools.devkit import program
from tools.devkit.environments import ensure

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

    The time zone is not UTC, so that a page that depends on it fails.

    Raises:
        AssertionError: the engine failed.
    """
    ensure("engines")
    done = program.run(
        [str(ROOT / ".venv-engines/bin/python"), "-m", "tests.consumers.engines", engine],
        cwd=ROOT,
        env={**os.environ, "TZ": "Asia/Kathmandu"},
        input=json.dumps(_job(sections, ask, export, work)),
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    return Result(**json.loads(done.stdout))


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
            name: [_here(code, work) for code in codes] for name, codes in sections.items()
        },
        "ask": list(ask),
    }


def _here(code: str, work: Path) -> str:
    code = code.replace("s3://BUCKET/studio", f"{work}/studio")
    code = code.replace("s3('https://BUCKET.s3.amazonaws.com/studio", f"file('{work}/studio")
    code = code.replace("s3(\n  'https://BUCKET.s3.amazonaws.com/studio", f"file('{work}/studio")
    return code.replace("s3://ANOTHER-BUCKET", str(work))
