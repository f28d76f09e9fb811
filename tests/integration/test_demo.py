"""The demo, and that its audit detects losses and duplicates."""

import gzip
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.account import Account, Flow
from simulator.execution import Execution
from simulator.path import Path as WidgetPath
from simulator.path import along
from simulator.steps import steps_of
from studio_export.log.codec import encode
from studio_export.twilio.record import ENDED, Record
from tools.demo.audit import FlowAudit, audit, due
from tools.demo.step_audit import StepAudit, audit_steps
from tools.devkit import program
from tools.devkit.repository import import_path

_FIRST = datetime(2026, 11, 23, 6, tzinfo=UTC)
_LAST = _FIRST + timedelta(days=1)


@pytest.mark.long
def test_the_demo_loses_and_doubles_nothing_and_leaves_a_picture(tmp_path: Path) -> None:
    environment = os.environ | import_path() | {"COLUMNS": "80"}
    demo = [sys.executable, "-m", "tools.demo"]
    done = program.run(demo, cwd=tmp_path, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "0 lost, 0 doubled after 2 kills" in done.stdout
    assert done.stdout.count("SIGKILL") == 2
    assert done.stderr == ""
    assert (tmp_path / "build/demo/demo.png").read_bytes().startswith(b"\x89PNG")
    assert "build/demo/report/report.html" in done.stdout
    page = (tmp_path / "build/demo/report/report.html").read_text()
    assert "late at" not in page
    assert "Inside Support line" in page
    assert "<h2>Funnel</h2>" in page


@pytest.fixture
def flow() -> Flow:
    return Account().add_flow(_FIRST - timedelta(days=365))


def _line(execution: Execution, status: str) -> Record:
    text = f'{{"sid":"{execution.sid}","status":"{status}"}}'.encode()
    return Record(execution.sid, status, execution.created, text)


def _audited(flow: Flow, root: Path, *objects: list[Record]) -> FlowAudit:
    arrivals = {}
    for number, records in enumerate(objects):
        key = f"executions/dt=2026-11-23/{flow.sid}-T07-{number:05}.jsonl.gz"
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_bytes(encode(records).body)
        arrivals[key] = _LAST
    return audit(flow, root, arrivals, _FIRST, _LAST)


def _add(flow: Flow, created_hours: float, ended_hours: float | None = None) -> Execution:
    """Add an Execution; times are hours after the first run."""
    ends_at = None if ended_hours is None else _FIRST + timedelta(hours=ended_hours)
    return flow.add(_FIRST + timedelta(hours=created_hours), ends_at)


def test_an_active_line_and_a_final_one_are_neither_lost_nor_doubled(
    flow: Flow, tmp_path: Path
) -> None:
    one = _add(flow, 1, 2)
    found = _audited(flow, tmp_path, [_line(one, "active")], [_line(one, ENDED)])
    assert (found.source, found.lines, found.ended, found.objects) == (1, 2, 1, 2)
    assert (found.lost, found.doubled) == (0, 0)


def test_an_execution_without_a_line_is_lost(flow: Flow, tmp_path: Path) -> None:
    there = _add(flow, 1)
    _add(flow, 2)
    assert _audited(flow, tmp_path, [_line(there, "active")]).lost == 1


def test_an_execution_that_the_last_run_could_not_see_is_not_lost(
    flow: Flow, tmp_path: Path
) -> None:
    _add(flow, 24 - 1 / 60)
    assert _audited(flow, tmp_path).lost == 0


@pytest.mark.parametrize(
    ("ended_hours", "lost"), [(-1, 1), (1, 1), (23.4, 1), (23.6, 0), (30, 0), (None, 0)]
)
def test_an_execution_whose_final_line_is_overdue_is_lost(
    ended_hours: float | None, lost: int, flow: Flow, tmp_path: Path
) -> None:
    one = _add(flow, -1.5 if ended_hours == -1 else 0, ended_hours)
    assert _audited(flow, tmp_path, [_line(one, "active")]).lost == lost


@pytest.mark.parametrize(
    "statuses",
    [("active", "active"), (ENDED, ENDED), (ENDED, "active"), ("active", ENDED, "active")],
    ids=" ".join,
)
def test_a_surplus_line_is_doubled(statuses: tuple[str, ...], flow: Flow, tmp_path: Path) -> None:
    one = _add(flow, 1, 2)
    found = _audited(flow, tmp_path, *([_line(one, status)] for status in statuses))
    assert found.doubled == 1


def test_a_line_of_an_unknown_execution_is_doubled(flow: Flow, tmp_path: Path) -> None:
    stranger = Execution(0, "FN" + "0" * 32, _FIRST)
    assert _audited(flow, tmp_path, [_line(stranger, "active")]).doubled == 1


def test_an_execution_that_never_ends_is_never_due(flow: Flow) -> None:
    assert due(_add(flow, 1), _FIRST) is None


def _steps_audited(
    flow: Flow, root: Path, *lines: tuple[Execution, int], final_hours: float = 2
) -> StepAudit:
    """Audit lines of Executions with so many of their Steps less; all have a final line."""
    now = _FIRST + timedelta(hours=3)
    texts = []
    for execution, fewer in lines:
        steps = steps_of(flow, execution, now, "")[fewer:]
        texts.append(json.dumps({"execution_sid": execution.sid, "steps": steps}) + "\n")
    path = root / f"steps/dt=2026-11-23/{flow.sid}-T07-00000-00000.jsonl.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("".join(texts).encode()))
    final_at = dict.fromkeys(flow.by_sid, _FIRST + timedelta(hours=final_hours))
    return audit_steps(flow, root, final_at, _FIRST, now)


@pytest.fixture
def called(flow: Flow) -> Execution:
    """Return an Execution with three Steps."""
    path = along(flow.definition(), "Trigger", "greet", "menu", "route")
    created = _FIRST + timedelta(hours=1)
    return flow.add(created, created + timedelta(minutes=3), path=path)


def test_steps_that_are_there_are_neither_lost_nor_doubled(
    flow: Flow, called: Execution, tmp_path: Path
) -> None:
    assert _steps_audited(flow, tmp_path, (called, 0)) == StepAudit(lines=1, lost=0, doubled=0)


def test_an_execution_without_steps_needs_a_line_too(flow: Flow, tmp_path: Path) -> None:
    created = _FIRST + timedelta(hours=1)
    one = flow.add(created, created, path=WidgetPath())
    assert _steps_audited(flow, tmp_path / "with", (one, 0)).lost == 0
    assert _steps_audited(flow, tmp_path / "without").lost == 1


def test_a_line_that_lacks_a_step_is_lost(flow: Flow, called: Execution, tmp_path: Path) -> None:
    assert _steps_audited(flow, tmp_path, (called, 1)).lost == 1


@pytest.mark.usefixtures("called")
def test_steps_are_due_after_ten_minutes_and_two_runs(flow: Flow, tmp_path: Path) -> None:
    assert _steps_audited(flow, tmp_path / "due", final_hours=2.3).lost == 1
    assert _steps_audited(flow, tmp_path / "not due", final_hours=2.4).lost == 0


def test_a_second_line_of_an_execution_is_doubled(
    flow: Flow, called: Execution, tmp_path: Path
) -> None:
    assert _steps_audited(flow, tmp_path, (called, 0), (called, 0)).doubled == 1


def test_steps_of_an_execution_that_began_too_early_are_doubled(flow: Flow, tmp_path: Path) -> None:
    early = _add(flow, -1, 1)
    assert _steps_audited(flow, tmp_path, (early, 0)).doubled == 1
