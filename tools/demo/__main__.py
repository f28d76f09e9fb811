"""`make demo`: a day of exporting three Flows, with two kills, and what came of it.

All of it happens on this machine: this process serves the simulated Studio, the exporter is
another one, and the virtual clock moves 15 minutes from run to run.
"""

import json
import os
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
from studio_export_cli.report.command import read_report, write
from tools.demo.audit import RUN_INTERVAL, FlowAudit, audit
from tools.demo.picture import draw
from tools.demo.traffic import PATTERNS, fill

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
    """The process that exports to `root`; ended, however it goes, at the end of `with`."""

    def __init__(self, server: StudioServer, root: Path) -> None:
        username, password = next(iter(server.studio.account.credentials.items()))
        ours = {
            "TWILIO_API_KEY": username,
            "TWILIO_API_SECRET": password,
            "STUDIO_BASE_URL": server.url,
        }
        others = {n: v for n, v in os.environ.items() if not n.startswith(("TWILIO_", "STUDIO_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.demo.exporter", str(root)],
            env=others | ours,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def run(self, now: datetime) -> Iterator[dict[str, Any]]:
        """What it says of a run: its progress, and at the end its summary."""
        if not (self._process.stdin and self._process.stdout):
            raise ValueError("the process has no pipes")
        self._process.stdin.write(f"{now.isoformat()}\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            said = json.loads(line)
            yield said
            if "complete" in said:
                return

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is tidied up."""
        self._process.kill()
        self._process.communicate()


class Day:
    """The demo's course, and the log of when each object was there."""

    def __init__(self, studio: Studio, clock: VirtualClock, root: Path) -> None:
        self.studio = studio
        self.clock = clock
        self.root = root
        self.arrivals: dict[str, datetime] = {}
        self._began = time.monotonic()

    def run(self) -> None:
        with StudioServer(self.studio) as server:
            self.say(
                f"a simulated Studio with {len(PATTERNS)} Flows"
                f" and {sum(each.executions for each in PATTERNS):,} Executions"
            )
            self._killed(server, 1, sum(each.executions for each in PATTERNS) // 2)
            self._runs(server, range(2, _KILLED))
            self._killed(server, _KILLED, 1)
            self._runs(server, range(_KILLED + 1, RUNS + 1))

    def _runs(self, server: StudioServer, numbers: range) -> None:
        """Runs of one process, the first of which goes on where a killed one stopped."""
        with ExporterProcess(server, self.root) as exporter:
            lines = self._run(exporter, numbers[0])
            self.say(f"run {numbers[0]}: a new process goes on, {lines:,} lines")
            lines = sum(self._run(exporter, number) for number in numbers[1:])
            self.say(f"runs {numbers[1]} to {numbers[-1]}: {lines:,} lines")

    def _run(self, exporter: ExporterProcess, number: int) -> int:
        *_, summary = exporter.run(self._at(number))
        self._arrived()
        if not summary["complete"]:
            raise SystemExit(f"run {number} is not complete: {summary}")
        return int(summary["totals"]["lines"])

    def _killed(self, server: StudioServer, number: int, lines: int) -> None:
        """A run that dies when it has exported so many lines."""
        with ExporterProcess(server, self.root) as exporter:
            for said in exporter.run(self._at(number)):
                if said.get("lines", 0) >= lines:
                    break
            exporter.kill()
        exported = sum(len(decode((self.root / key).read_bytes())) for key in self._arrived())
        self.say(f"run {number}: [red]SIGKILL[/red], {exported:,} lines were out")

    def _at(self, number: int) -> datetime:
        self.clock.set(FIRST_RUN + (number - 1) * RUN_INTERVAL)
        return self.clock()

    def _arrived(self) -> set[str]:
        """Note when the objects that are new were there."""
        paths = (self.root / "executions").glob("*/*.jsonl.gz")
        new = {path.relative_to(self.root).as_posix() for path in paths} - self.arrivals.keys()
        self.arrivals |= dict.fromkeys(new, self.clock())
        return new

    def say(self, told: str) -> None:
        seconds = time.monotonic() - self._began
        _console.print(f"{seconds:5.1f} s  {self.clock():%a %H:%M}  {told}")


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
    _console.print(f"The picture is {HOME}/demo.png; the export is in {root}/executions.")
    _console.print(f"What an analyst sees of it: {report}")
    if lost or doubled:
        raise SystemExit(1)


def _report(root: Path, now: datetime) -> Path:
    """As `studio-export report` writes it, on the demo's clock."""
    destination = open_destination(str(root), None, {}, concurrency=1)
    report = read_report(destination, Span(now - timedelta(days=30), now), now)
    page, *_ = write(report, HOME / "report", pictures=True)
    return page


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
    _console.print(f"How long do they take? DuckDB, over the files:\n\n[dim]{query}[/dim]\n")
    duckdb.sql(query).show()  # type: ignore[union-attr]  # None only for what is no query


if __name__ == "__main__":
    main()
