"""What the invocation of `emitting_run` emits, parsed line by line."""

import json
import sys
from functools import cache
from typing import Any, NamedTuple

from tools.devkit import program
from tools.devkit.repository import ROOT


class Output(NamedTuple):
    everything: str
    lines: list[dict[str, Any]]
    metrics: list[dict[str, Any]]
    results: dict[str, Any]


@cache
def emitted_output() -> Output:
    path = {"PYTHONPATH": f"{ROOT / 'layers' / 'studio_export'}:{ROOT}"}
    command = [sys.executable, "-m", "tests.unit.function.emitting_run"]
    ran = program.run(command, cwd=ROOT, env=path)
    every = [json.loads(line) for line in ran.stdout.splitlines()]
    return Output(
        ran.stdout + ran.stderr,
        [line for line in every if "_aws" not in line],
        [line for line in every if "_aws" in line],
        json.loads(ran.stderr),
    )
