"""Export thirty days of traffic as a stack does: a run every 15 minutes, until all is swept.

The exporter and its directory are the product's; time is virtual, and the Studio is simulated in
the same process.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from simulator.source import StudioSource
from simulator.studio import Studio
from studio_export.export.ages import DEFAULT_AGES
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export_cli.stores.directory import DirectoryStore
from tools.demo.traffic import fill
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock

START = datetime(2026, 10, 1, tzinfo=UTC)
_RUN_INTERVAL = timedelta(minutes=15)
_LAST_SWEEP = timedelta(days=29, hours=7)


def export(to: Path, days: int, executions_a_day: int) -> None:
    """Make the dataset, unless it exists."""
    done = to / "done"
    if done.exists():
        return
    clock = VirtualClock(START)
    studio = Studio(clock.now)
    stop = START + timedelta(days=days)
    fill(studio, START, stop, executions=days * executions_a_day)
    exporter = _exporter(studio, clock, to)
    while clock.now() + _RUN_INTERVAL < stop + _LAST_SWEEP:
        clock.advance(_RUN_INTERVAL.total_seconds())
        if not exporter.export(None, uuid4().hex, 840.0).complete:
            raise SystemExit(f"the run of {clock.now()} is not complete")
    done.touch()


def _exporter(studio: Studio, clock: VirtualClock, to: Path) -> Exporter:
    # Durability is not measured here.
    os.fsync = lambda fd: None  # noqa: ARG005  its name is the signature's
    return Exporter(
        Sweeper(StudioSource(studio), DirectoryStore(to), clock, LogCache()),
        MemoryCheckpoints(),
        flow_sids=(),
        scale=DEFAULT_AGES,
        lookback_seconds=30 * 86_400,
        concurrency=1,
    )
