"""`make demo`: export three simulated Flows for a day, kill the exporter twice, audit the result.

Everything runs on this machine: this process serves the simulated Studio, the exporter is another
process, and a virtual clock advances 15 minutes from run to run.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import duckdb
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from simulator.clock import VirtualClock
from simulator.server import StudioServer
from simulator.studio import Studio
from studio_export.log.reader import decode
from studio_export.model import Span
from studio_export_cli.destination import open_destination
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.report.command import read_report, write
from tools.demo.audit import RUN_INTERVAL, FlowAudit, audit
from tools.demo.picture import draw
from tools.demo.traffic import PATTERNS, fill
from tools.devkit.repository import child_environment

HOME = Path("build/demo")
FIRST_RUN = datetime(2026, 11, 23, 6, tzinfo=UTC)
RUNS = 97  # the first export, then a day
_KILLED = 49  # besides the first

_QUERY = """\
SELECT flow_sid[:6] || '…' AS flow, count(*) AS ended,
       median(date_updated - date_created) AS median, max(date_updated - date_created) AS longest
FROM '{files}'
WHERE status = 'ended' GROUP BY ALL ORDER BY ended DESC"""

_console = Console(highlight=False, soft_wrap=True)


class ExporterProcess:
    """A process that exports to `root`; it is killed at the end of `with`."""

    def __init__(self, server: StudioServer, root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.demo.exporter", str(root)],
            env=child_environment() | server.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def run(self, now: datetime) -> Iterator[dict[str, Any]]:
        """Make a run; yield its progress, and at the end its summary."""
        if not (self._process.stdin and self._process.stdout):
            raise ValueError("the process has no pipes")
        self._process.stdin.write(f"{now.isoformat()}\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            event = json.loads(line)
            yield event
            if "complete" in event:
                return

    def kill(self) -> None:
        """Send SIGKILL: no handler runs, nothing is cleaned up."""
        self._process.kill()
        self._process.communicate()


class Day:
    """The runs of the demo, and when each object was written."""

    def __init__(self, studio: Studio, clock: VirtualClock, root: Path) -> None:
        self.studio = studio
        self.clock = clock
        self.root = root
        self.arrivals: dict[str, datetime] = {}
        self._began = time.monotonic()

    def run(self) -> None:
        with StudioServer(self.studio) as server:
            self.say(
                f"Serving a simulated Studio: {len(PATTERNS)} Flows,"
                f" {sum(each.executions for each in PATTERNS):,} Executions."
            )
            self._killed(server, 1, sum(each.executions for each in PATTERNS) // 2)
            self._runs(server, range(2, _KILLED))
            self._killed(server, _KILLED, 1)
            self._runs(server, range(_KILLED + 1, RUNS + 1))

    def _runs(self, server: StudioServer, numbers: range) -> None:
        """Make runs in one process; the first continues where a killed one stopped."""
        with ExporterProcess(server, self.root) as exporter:
            lines = self._run(exporter, numbers[0])
            self.say(f"Run {numbers[0]}: a new process continues and writes {lines:,} lines.")
            lines = sum(self._run(exporter, number) for number in numbers[1:])
            self.say(f"Runs {numbers[1]} to {numbers[-1]}: {lines:,} lines.")

    def _run(self, exporter: ExporterProcess, number: int) -> int:
        *_, summary = exporter.run(self._at(number))
        self._note_new()
        if not summary["complete"]:
            raise SystemExit(f"Run {number} is not complete: {summary}")
        return int(summary["totals"]["lines"])

    def _killed(self, server: StudioServer, number: int, lines: int) -> None:
        """Make a run, and kill its process once it has exported that many lines."""
        with ExporterProcess(server, self.root) as exporter:
            for event in exporter.run(self._at(number)):
                if event.get("lines", 0) >= lines:
                    break
            exporter.kill()
        exported = sum(len(decode((self.root / key).read_bytes())) for key in self._note_new())
        self.say(f"Run {number}: [red]SIGKILL[/red] after {exported:,} lines were written.")

    def _at(self, number: int) -> datetime:
        self.clock.set(FIRST_RUN + (number - 1) * RUN_INTERVAL)
        return self.clock()

    def _note_new(self) -> set[str]:
        """Note when each new object was written; return the new keys."""
        paths = (self.root / "executions").glob("*/*.jsonl.gz")
        new = {path.relative_to(self.root).as_posix() for path in paths} - self.arrivals.keys()
        self.arrivals |= dict.fromkeys(new, self.clock())
        return new

    def say(self, message: str) -> None:
        seconds = time.monotonic() - self._began
        _console.print(f"{seconds:5.1f} s  {self.clock():%a %H:%M}  {message}")


def main() -> None:
    shutil.rmtree(HOME, ignore_errors=True)
    root = HOME / "studio"
    root.mkdir(parents=True)
    clock = VirtualClock(FIRST_RUN)
    studio = Studio(clock)
    last_run = FIRST_RUN + (RUNS - 1) * RUN_INTERVAL
    flows = fill(studio, FIRST_RUN - timedelta(days=30) + timedelta(seconds=1), last_run)
    day = Day(studio, clock, root)
    day.run()
    audits = [audit(flow, root, day.arrivals, FIRST_RUN, last_run) for flow in flows]
    _console.print(_table(audits))
    _ask(root)
    draw(audits, FIRST_RUN, last_run, HOME / "demo.png")
    lost, doubled = sum(a.lost for a in audits), sum(a.doubled for a in audits)
    day.say(f"[bold]{lost} lost, {doubled} doubled[/bold] after 2 kills")
    report = _report(root, last_run)
    _console.print(f"Picture: {HOME}/demo.png. Export: {root}/executions.")
    _console.print(f"Report for an analyst: {report}")
    if lost or doubled:
        raise SystemExit(1)


def _report(root: Path, now: datetime) -> Path:
    """Write what `studio-export report` writes, at the demo's time."""
    destination = open_destination(str(root), None, {}, concurrency=1)
    report = read_report(destination, Span(now - timedelta(days=30), now), now, Heartbeat())
    return write(report, HOME / "report")


def _table(audits: list[FlowAudit]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("Flow", no_wrap=True)
    table.add_column("")
    for name in ("Executions", "lines", "ended", "objects", "lost", "doubled"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in audits:
        counts = (each.source, each.lines, each.ended, each.objects, each.lost, each.doubled)
        table.add_row(each.flow.name, f"{each.flow.sid[:6]}…", *(f"{n:,}" for n in counts))
    return table


def _ask(root: Path) -> None:
    query = _QUERY.format(files=f"{root}/executions/*/*.jsonl.gz")
    _console.print(f"How long do Executions take? DuckDB reads the files:\n\n[dim]{query}[/dim]\n")
    duckdb.sql(query).show()  # type: ignore[union-attr]  # None only for what is no query


if __name__ == "__main__":
    main()
