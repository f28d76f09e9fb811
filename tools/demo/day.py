"""The day of the demo: its runs, the two kills, and when each object was written."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Self

from rich.console import Console

from simulator.clock import VirtualClock
from simulator.server import StudioServer
from simulator.studio import Studio
from studio_export.log.keys import EXECUTIONS, STEPS
from studio_export.log.reader import inflate
from studio_export_cli.output import quantity
from tools.demo.audit import RUN_INTERVAL
from tools.demo.exporter import set_time
from tools.demo.traffic import PATTERNS
from tools.devkit.repository import child_environment

FIRST_RUN = datetime(2026, 11, 23, 6, tzinfo=UTC)
STEPS_FROM = FIRST_RUN.replace(hour=14)  # of all of the day, they would take too long
RUNS = 97  # the first export, then a day
_KILLED = 49  # besides the first
_DATASETS = {
    "DATASETS": "executions,steps,flow-revisions",
    "DETAILS_FROM": STEPS_FROM.isoformat(),
}

console = Console(highlight=False, soft_wrap=True)


class ExporterProcess:
    """A process that exports to `root`; it is killed at the end of `with`."""

    def __init__(self, server: StudioServer, root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.demo.exporter", str(root)],
            env=child_environment() | server.environment | _DATASETS,
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


class Written(NamedTuple):
    """Lines that a run wrote: of Executions, and of their Steps."""

    executions: int = 0
    steps: int = 0

    def __add__(self, other: object) -> "Written":
        if not isinstance(other, Written):
            return NotImplemented
        return Written(self.executions + other.executions, self.steps + other.steps)

    def __str__(self) -> str:
        steps = f", the Steps of {quantity(self.steps, 'Execution')}" if self.steps else ""
        return f"{quantity(self.executions, 'line')}{steps}"


class Day:
    """The runs of the demo, and when each object was written."""

    def __init__(self, studio: Studio, clock: VirtualClock, root: Path) -> None:
        self.studio = studio
        self.clock = clock
        self.root = root
        self.arrivals: dict[str, datetime] = {}
        self._known: set[str] = set()
        self._began = time.monotonic()

    def run(self) -> None:
        with StudioServer(self.studio) as server:
            self.say(
                f"Serving a simulated Studio: {len(PATTERNS)} Flows,"
                f" {sum(each.executions for each in PATTERNS):,} Executions."
            )
            half = sum(each.executions for each in PATTERNS) // 2
            self._killed(server, 1, lambda event: event.get("lines", 0) >= half)
            self._runs(server, range(2, _KILLED))
            self._killed(server, _KILLED, lambda event: str(event.get("wrote")).startswith(STEPS))
            self._runs(server, range(_KILLED + 1, RUNS + 1))

    def _runs(self, server: StudioServer, numbers: range) -> None:
        """Make runs in one process; the first continues where a killed one stopped."""
        with ExporterProcess(server, self.root) as exporter:
            first = self._run(exporter, numbers[0])
            self.say(f"Run {numbers[0]}: a new process continues and writes {first}.")
            others = sum((self._run(exporter, number) for number in numbers[1:]), Written())
            self.say(f"Runs {numbers[1]} to {numbers[-1]}: {others}.")

    def _run(self, exporter: ExporterProcess, number: int) -> Written:
        *events, summary = exporter.run(self._at(number))
        self._note(event["wrote"] for event in events if "wrote" in event)
        if not summary["complete"] or summary["details"]["error"]:
            raise SystemExit(f"Run {number} is not complete: {summary}")
        return Written(int(summary["totals"]["lines"]), int(summary["details"]["lines"]))

    def _killed(
        self, server: StudioServer, number: int, is_time: Callable[[dict[str, Any]], bool]
    ) -> None:
        """Make a run, and kill its process at that event."""
        with ExporterProcess(server, self.root) as exporter:
            for event in exporter.run(self._at(number)):
                if is_time(event):
                    break
            exporter.kill()
        # It may have written more than it printed, and not have set the time.
        new = {*self._keys(EXECUTIONS), *self._keys(STEPS)} - self._known
        for key in new:
            set_time(self.root / key, self.clock())
        self._note(new)
        written = Written(self._lines_of(new, EXECUTIONS), self._lines_of(new, STEPS))
        self.say(f"Run {number}: [red]SIGKILL[/red] after {written}.")

    def _at(self, number: int) -> datetime:
        self.clock.set(FIRST_RUN + (number - 1) * RUN_INTERVAL)
        return self.clock()

    def _note(self, written: Iterable[str]) -> None:
        """Note when these objects were written."""
        new = set(written)
        self._known |= new
        of_executions = (key for key in new if key.startswith(EXECUTIONS))
        self.arrivals |= dict.fromkeys(of_executions, self.clock())

    def _keys(self, folder: str) -> Iterator[str]:
        for path in (self.root / folder).glob("*/*.jsonl.gz"):
            yield path.relative_to(self.root).as_posix()

    def _lines_of(self, written: Iterable[str], folder: str) -> int:
        return sum(
            inflate((self.root / key).read_bytes()).count(b"\n")
            for key in written
            if key.startswith(folder)
        )

    def say(self, message: str) -> None:
        seconds = time.monotonic() - self._began
        console.print(f"{seconds:5.1f} s  {self.clock():%a %H:%M}  {message}")
