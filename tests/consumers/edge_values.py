"""An export from the simulated Studio over HTTP that contains every edge value."""

import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator.account import Flow
from simulator.clock import VirtualClock
from simulator.execution import Execution
from simulator.oddities import Oddity
from simulator.server import StudioServer
from simulator.studio import Studio
from simulator.traffic import Traffic, fill
from studio_export.log.keys import parse_log_key
from studio_export_cli.session import Session, open_session, resolve
from tools.devkit.given_clock import GivenClock

FIRST = datetime(2026, 11, 23, 6, tzinfo=UTC)
_EARLY_RUNS = (0.0, 0.25)  # hours after the first
_LATE_RUNS = (1.0, 4.0, 5.0, 29.0, 60.0)
_SINCE = timedelta(days=3)
_UNTIL = timedelta(hours=4)  # Executions up to then have ended, if ever, by the last run
# A few last for hours, none for more than a day.
_TRAFFIC = Traffic(hours=0.15, days=0, never=0.03)
_RUN_SECONDS = 840.0

# Without a usable sid or date_created there is no line.
NO_LINE = {
    Oddity.NULL_SID,
    Oddity.MISSING_SID,
    Oddity.NUMBER_SID,
    Oddity.NULL_DATE_CREATED,
    Oddity.MISSING_DATE_CREATED,
    Oddity.MALFORMED_DATE_CREATED,
    Oddity.NULL_ROW,
    Oddity.DEEP,  # deeper than any parser's stack
}
# Their end is not seen, so a change of them is not exported again.
NO_STATUS = {Oddity.NULL_STATUS, Oddity.MISSING_STATUS, Oddity.UNKNOWN_STATUS}


@dataclass(frozen=True, slots=True)
class EdgeValuesExport:
    """An export and what it was made of.

    `beside` are folders whose files a job has in the export too, such as compacted days.
    `restless` was active, then of a status that nobody knows, and never ended.
    """

    root: Path
    flows: Sequence[Flow]
    restless: Execution
    early: frozenset[str]
    now: datetime
    url: str
    beside: tuple[Path, ...] = ()

    def with_files(self, *beside: Path) -> "EdgeValuesExport":
        return replace(self, beside=beside)

    def objects(self) -> list[str]:
        return names(self.root)

    def executions(self) -> Iterator[tuple[Flow, Execution]]:
        """Yield every Execution that must have a line."""
        for flow in self.flows:
            for execution in flow.executions:
                if execution.oddity not in NO_LINE:
                    yield flow, execution


def names(root: Path) -> list[str]:
    found = (path.relative_to(root).as_posix() for path in (root / "executions").glob("*/*"))
    return sorted(filter(parse_log_key, found))


def export(root: Path, without: Collection[Oddity] = ()) -> EdgeValuesExport:
    """Export into `root`, and keep only what a consumer sees."""
    clock = VirtualClock(FIRST)
    studio = Studio(clock)
    flows = [studio.add_flow() for _ in range(3)]
    for flow in flows:
        fill(flow, 150, FIRST - _SINCE, FIRST, _TRAFFIC)
        fill(flow, 40, FIRST, FIRST + _UNTIL, _TRAFFIC)
    _add_oddities(flows, without)
    restless = flows[1].add(FIRST - timedelta(minutes=50))
    with StudioServer(studio) as server:
        runs = GivenClock()
        session = open_session(*resolve(str(root), None, {}, server.environment), runs)
        _run(session, clock, runs, _EARLY_RUNS)
        early = frozenset(names(root))
        restless.oddity, restless.rendered = Oddity.UNKNOWN_STATUS, None
        _run(session, clock, runs, _LATE_RUNS)
    shutil.rmtree(root / ".studio-export")
    return EdgeValuesExport(root, flows, restless, early, clock(), server.url)


def _run(session: Session, clock: VirtualClock, runs: GivenClock, hours: Sequence[float]) -> None:
    for after in hours:
        clock.set(FIRST + timedelta(hours=after))
        runs.set(clock())
        summary = session.exporter.export(None, session.owner, _RUN_SECONDS)
        if not summary.complete or any(flow.error for flow in summary.flows):
            raise ValueError(f"the run is not complete: {summary}")


def _add_oddities(flows: Sequence[Flow], without: Collection[Oddity]) -> None:
    """Add each oddity twice: ended before the first run, and active at it."""
    for number, oddity in enumerate(Oddity):
        if oddity in without:
            continue
        flow = flows[number % len(flows)]
        created = FIRST - timedelta(hours=3 * number, minutes=20)
        flow.add(created, created + timedelta(seconds=90), oddity=oddity)
        if oddity is not Oddity.HUGE:
            created = FIRST - timedelta(minutes=10, seconds=number)
            ends_at = None if oddity in NO_STATUS else FIRST + timedelta(minutes=30)
            flow.add(created, ends_at, oddity=oddity)
