"""Export Steps and more in tests: objects of `executions/` must look old enough."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import Result

from tests.integration.cli.running import run

EVERYTHING = "executions,steps,contexts,flow-revisions"


def let_settle(to: Path, age: timedelta = timedelta(hours=2)) -> None:
    """Make the objects of `executions/` older than the time that details wait for."""
    written = (datetime.now(UTC) - age).timestamp()
    for path in (to / "executions").rglob("*.jsonl.gz"):
        os.utime(path, (written, written))


def export_details(to: Path, datasets: str = EVERYTHING) -> Result:
    """Export the Executions, and their details in a second run."""
    assert run("run", "--to", to).exit_code == 0
    let_settle(to)
    return run("run", "--to", to, "--datasets", datasets)
