"""Source and dataset compared, a Flow's day at a time. Nothing is written."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from studio_export.errors import FlowError
from studio_export.log.keys import flow_day_prefix
from studio_export.model import Span
from studio_export.ports import Clock, Source
from studio_export.twilio.record import ENDED
from studio_export_cli.destination import ReadableStore
from studio_export_cli.verify.deadlines import Schedule
from studio_export_cli.verify.log_audit import DayLogs, Finding, named, read_day
from studio_export_cli.verify.source_day import Listed, SourceDay, listed

# In the order in which they are told, each with what it means.
KINDS = {
    "missing": "Twilio lists it, and a line that was due is not there",
    "doubled": "a line with the same sid and status was there before it",
    "after ended": "a line after the final one",
    "misplaced": "a line that is not of its object's hour",
    "hole": "a log lacks a number",
    "unreadable": "an object that is no whole gzip of JSON lines",
    "altered": "an object whose lines are not those of its sha256",
    "not compared": "Twilio's list could not be read",
}
_DAY = timedelta(days=1)
_MOST_TOLD = 100


@dataclass(slots=True)
class DayReport:
    """A Flow's day compared. `told` are the first 100 findings; `found` counts all, by kind.

    `not_due`: Executions of which a line is awaited. `gone`: exported, and no longer listed.
    """

    flow_sid: str
    span: Span
    listed: int = 0
    exported: int = 0
    ended: int = 0
    objects: int = 0
    not_due: int = 0
    gone: int = 0
    rejected: int = 0
    found: Counter[str] = field(default_factory=Counter)
    told: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        self.found[finding.kind] += 1
        if len(self.told) < _MOST_TOLD:
            self.told.append(finding)


def days(span: Span) -> Iterator[Span]:
    """The span in pieces that do not cross a midnight, oldest first."""
    start = span.start
    while start < span.stop:
        midnight = start.replace(hour=0, minute=0, second=0) + _DAY
        yield Span(start, min(midnight, span.stop))
        start = midnight


@dataclass(frozen=True, slots=True)
class Verifier:
    source: Source
    store: ReadableStore
    clock: Clock
    schedule: Schedule
    patience_seconds: float = 3600.0

    def compare(self, flow_sid: str, span: Span) -> DayReport:
        """What was created in `span`, which lies within a day.

        The source is asked first: what was due then must lie in the dataset afterwards.

        Raises:
            AccessDeniedError, UnavailableError, DeadlineExceededError: as source and store raise them.
        """
        now = self.clock.now()
        report = DayReport(flow_sid, span)
        try:
            deadline = self.clock.monotonic() + self.patience_seconds
            day = listed(self.source, flow_sid, span, deadline)
        except FlowError as error:
            report.add(Finding("not compared", flow_sid, str(error)))
            return report
        logs = DayLogs()
        date = f"{span.start:%Y-%m-%d}"
        for finding in read_day(self.store, flow_sid, date, _hours(span), logs):
            report.add(finding)
        self._count(report, day, logs)
        for sid, execution in day.executions.items():
            self._judge(report, sid, execution, logs.statuses.get(sid, ()), now)
        return report

    def _count(self, report: DayReport, day: SourceDay, logs: DayLogs) -> None:
        span = report.span
        within = {sid for sid, at in logs.created.items() if span.start <= at < span.stop}
        report.listed = len(day.executions)
        report.exported = len(within)
        report.ended = sum(ENDED in logs.statuses[sid] for sid in within)
        report.objects = logs.objects
        report.gone = len(within - day.executions.keys())
        report.rejected = day.rejected

    def _judge(
        self,
        report: DayReport,
        sid: str,
        execution: Listed,
        statuses: tuple[str | None, ...],
        now: datetime,
    ) -> None:
        if ENDED in statuses or (statuses and execution.status != ENDED):
            return
        created = execution.created
        if statuses:
            due, lacks = self.schedule.ended_line_due(created, execution.ended), "final line"
        else:
            due, lacks = self.schedule.first_line_due(created), "line"
        if due and due <= now:
            where = f"{flow_day_prefix(report.flow_sid, f'{created:%Y-%m-%d}')}T{created:%H}-*"
            report.add(
                Finding("missing", where, f"{named(sid)} of {created:%H:%M:%S} has no {lacks}")
            )
        else:
            report.not_due += 1


def _hours(span: Span) -> list[str]:
    last = span.stop - timedelta(seconds=1)
    return [f"{hour:02}" for hour in range(span.start.hour, last.hour + 1)]
