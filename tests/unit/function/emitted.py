"""What the invocation of `emitting_run` emits, parsed line by line."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_ROOT = Path(__file__).parents[3]


class Output(NamedTuple):
    everything: str
    lines: list[dict[str, Any]]
    metrics: list[dict[str, Any]]
    results: dict[str, Any]


@cache
def emitted_output() -> Output:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.unit.function.emitting_run"],
        cwd=_ROOT,
        env={"PYTHONPATH": f"{_ROOT / 'layers' / 'studio_export'}:{_ROOT}"},
        capture_output=True,
        text=True,
        check=True,
    )
    every = [json.loads(line) for line in ran.stdout.splitlines()]
    return Output(
        ran.stdout + ran.stderr,
        [line for line in every if "_aws" not in line],
        [line for line in every if "_aws" in line],
        json.loads(ran.stderr),
    )
