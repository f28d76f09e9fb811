"""`studio-export replay --details`: it writes missing lines of a range, marks or not."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.faults import Fault, Kind
from simulator.request import Operation
from simulator.server import StudioServer
from tests.integration.cli.details import export_details, let_settle, small_studio
from tests.integration.cli.running import run

_STEPS = "executions,steps"
_PROOF = "Nothing was missed: each ended Execution that was due already has its lines."


@pytest.fixture
def server() -> Iterator[StudioServer]:
    with small_studio(executions=30) as running:
        yield running


def _options(to: Path) -> tuple[object, ...]:
    since = (datetime.now(UTC) - timedelta(days=28)).date()
    span = ("--since", since, "--until", "2100-01-01")
    return ("--to", to, *span, "--details", "--datasets", _STEPS)


def _lose_steps(to: Path) -> int:
    paths = [*(to / "steps").rglob("*.jsonl.gz")]
    for path in paths:
        path.unlink()
    return len(paths)


def test_lost_lines_are_written_again_though_there_are_marks(
    server: StudioServer, to: Path
) -> None:
    export_details(to, _STEPS)
    objects = _lose_steps(to)
    assert run("run", "--to", to, "--datasets", _STEPS).stdout.endswith("0 lines in 0 objects\n")
    listings: list[object] = []
    server.studio.on_request = lambda request: listings.append(request.operation)
    result = run("replay", *_options(to))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Details: ")
    assert f"in {objects} objects" in result.stdout
    assert set(listings) == {Operation.STEPS}
    assert run("replay", *_options(to)).stdout.splitlines()[-1] == _PROOF


def test_a_dry_run_writes_no_line(to: Path) -> None:
    run("run", "--to", to)
    let_settle(to)
    result = run("replay", *_options(to), "--dry-run")
    assert result.exit_code == 0, result.output
    assert "Nothing was written (--dry-run)" in result.stdout
    assert not (to / "steps").exists()
    assert not (to / "done").exists()


def test_what_fails_is_work_that_is_left(server: StudioServer, to: Path) -> None:
    run("run", "--to", to)
    let_settle(to)
    server.studio.faults.on(Fault(Kind.HTML_PAGE, operation=Operation.STEPS))
    result = run("replay", *_options(to), "--json")
    assert result.exit_code == 1
    assert "studio-export: details: InvalidPageError" in result.stderr
    assert "lack lines. Run the command again." in result.stderr
    assert json.loads(result.stdout)["nothing_missed"] is False


def test_a_replay_of_details_needs_a_dataset(to: Path) -> None:
    span = ("--since", "2026-11-01", "--until", "2026-11-02")
    result = run("replay", "--to", to, *span, "--details")
    assert result.exit_code == 2
    assert "--details needs a dataset beside executions" in result.stderr
    result = run("replay", "--to", to, *span, "--datasets", _STEPS)
    assert result.exit_code == 2
    assert "--datasets is for --to with --details" in result.output
