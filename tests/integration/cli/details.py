"""Export Steps and more in tests: objects of `executions/` must look old enough."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import Result

from simulator.server import StudioServer
from simulator.studio import Studio
from simulator.traffic import fill
from tests.integration.cli.running import run

EVERYTHING = "executions,steps,contexts,flow-revisions"


@contextmanager
def small_studio(executions: int) -> Iterator[StudioServer]:
    """Serve one Flow with few Executions: the details of each are requests."""
    now = datetime.now(UTC).replace(microsecond=0)
    studio = Studio(lambda: datetime.now(UTC))
    fill(studio.add_flow(), executions, now - timedelta(days=9), now - timedelta(hours=2))
    with StudioServer(studio) as server:
        yield server


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
