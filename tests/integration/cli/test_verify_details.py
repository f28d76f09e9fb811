"""`studio-export verify` compares Steps and Contexts with `executions/`, a sample with Twilio."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.faults import Fault, Kind
from simulator.request import Operation
from simulator.server import StudioServer
from tests.integration.cli.details import export_details, small_studio
from tests.integration.cli.running import run


def _span() -> tuple[str, ...]:
    since = (datetime.now(UTC) - timedelta(days=28)).date()
    return "--since", f"{since}", "--until", "2100-01-01"


@pytest.fixture
def server() -> Iterator[StudioServer]:
    with small_studio(executions=40) as running:
        yield running


@pytest.fixture
def export(to: Path) -> Path:
    assert export_details(to).exit_code == 0
    return to


def _verify(export: Path, *more: object, code: int) -> dict[str, Any]:
    result = run("verify", "--to", export, *_span(), *more, "--json")
    assert result.exit_code == code, result.output
    verification: dict[str, Any] = json.loads(result.stdout)
    return verification


def _rewrite(export: Path, folder: str, change: Callable[[dict[str, Any]], bool]) -> str:
    """Change the first line of a folder for which `change` does so; return its Execution."""
    for path in sorted((export / folder).rglob("*.jsonl.gz"), reverse=True):
        lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        for line in lines:
            if change(line):
                text = "".join(json.dumps(each) + "\n" for each in lines)
                path.write_bytes(gzip.compress(text.encode()))
                return str(line["execution_sid"])
    raise AssertionError("no line was changed")


def _drop_newest_step(line: dict[str, Any]) -> bool:
    return bool(line["steps"] and line["steps"].pop(0))


def test_a_whole_export_has_no_finding(export: Path) -> None:
    result = run("verify", "--to", export, *_span())
    assert result.exit_code == 0, result.output
    _, datasets, total = result.stdout.split("\n\n")
    names = {row.split()[0] for row in datasets.splitlines()[1:]}
    assert names == {"steps", "contexts", "flow-revisions"}
    assert total.rstrip().endswith("no problem found")
    steps = _verify(export, code=0)["datasets"]["steps"].values()
    assert sum(day["lines"] for day in steps) == sum(day["ended"] for day in steps) > 0


def test_a_line_that_was_lost_is_a_false_mark(export: Path) -> None:
    path = max((export / "contexts").rglob("*.jsonl.gz"))
    path.unlink()
    result = run("verify", "--to", export, *_span())
    assert result.exit_code == 1
    (finding,) = (line for line in result.stdout.splitlines() if line.startswith("false_mark"))
    assert "no line in contexts/: FN" in finding
    assert "done/contexts/" in finding


def test_steps_that_came_late_are_found_by_a_sample(export: Path) -> None:
    sid = _rewrite(export, "steps", _drop_newest_step)
    assert _verify(export, code=0)["totals"]["found"] == {}
    verification = _verify(export, "--sample", 1000, code=1)
    assert verification["totals"]["found"] == {"late_steps": 1}
    sample = verification["sample"]
    assert (sample["late_steps"], sample["gone"]) == (1, 0)
    assert sample["findings"][0]["message"] == f"{sid} has 1 Step at Twilio that its line lacks"


def test_a_sample_has_the_size_that_is_asked_for(export: Path, server: StudioServer) -> None:
    server.studio.faults.on(Fault(Kind.NOT_FOUND, operation=Operation.STEPS))
    result = run("verify", "--to", export, *_span(), "--sample", 7)
    assert result.exit_code == 0, result.output
    *_, line, _total = result.stdout.splitlines()
    assert line == (
        "7 Executions asked again at Twilio, 7 of them gone:"
        " 0 Steps came after the line was written"
    )


def test_an_unusable_answer_is_not_compared(export: Path, server: StudioServer) -> None:
    server.studio.faults.on(Fault(Kind.WRONG_KEY, operation=Operation.STEPS))
    found = _verify(export, "--sample", 3, code=1)["totals"]["found"]
    assert found == {"not_compared": 3}


def test_a_sample_needs_steps(to: Path) -> None:
    run("run", "--to", to)
    result = run("verify", "--to", to, *_span(), "--sample", 5)
    assert result.exit_code == 2
    assert "--sample compares Steps, and none are exported" in result.stderr


def test_objects_that_no_run_has_followed_yet_are_not_due(to: Path) -> None:
    run("run", "--to", to)
    result = run("verify", "--to", to, *_span(), "--json", env={"DATASETS": "executions,steps"})
    assert result.exit_code == 0, result.output
    days = json.loads(result.stdout)["datasets"]["steps"].values()
    assert sum(day["not_due"] for day in days) == sum(day["ended"] for day in days) > 0
