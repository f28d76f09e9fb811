"""The demo, and that its audit detects losses and duplicates."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.account import Account, Execution, Flow
from studio_export.log.codec import encode
from studio_export.twilio.record import ENDED, Record
from tools.demo.audit import FlowAudit, audit, due
from tools.devkit import program
from tools.devkit.repository import import_path

_FIRST = datetime(2026, 11, 23, 6, tzinfo=UTC)
_LAST = _FIRST + timedelta(days=1)


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
    assert "late at" not in (tmp_path / "build/demo/report/report.html").read_text()


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
