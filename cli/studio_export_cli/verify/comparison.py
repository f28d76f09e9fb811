"""Compare source and dataset, a day of a Flow at a time. Nothing is written."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from studio_export.errors import AccessDeniedError, EndpointError, FlowError, StudioExportError
from studio_export.instants import format_instant
from studio_export.log.keys import flow_day_prefix
from studio_export.model import Span
from studio_export.ports import Clock, Source
from studio_export.twilio.record import ENDED
from studio_export_cli.destination import ReadableStore
from studio_export_cli.flow_names import FlowNames
from studio_export_cli.verify.deadlines import Deadlines
from studio_export_cli.verify.detail_report import DetailReport
from studio_export_cli.verify.findings import Finding, Findings
from studio_export_cli.verify.log_audit import DayLogs, describe_execution, read_day
from studio_export_cli.verify.refusals import Refusals
from studio_export_cli.verify.sample import SampleReport
from studio_export_cli.verify.source_day import Listed, SourceDay, list_day

_DAY = timedelta(days=1)


@dataclass(slots=True)
class DayReport(Findings):
    """The comparison of a day of a Flow.

    Attributes:
        not_due: Executions whose line is missing, but not due yet.
        gone: Executions that have a line and that Twilio no longer lists.
        rejected: records without a usable Sid or date.
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


@dataclass(frozen=True, slots=True)
class Verification:
    """The reports of all days.

    Attributes:
        listing_failures: what of the list of Flows is unusable.
        details: the reports of each dataset beside Executions and day.
        sample: what Twilio was asked again; None if it was not.
        names: the names of its Flows.
    """

    reports: tuple[DayReport, ...]
    listing_failures: tuple[StudioExportError, ...] = ()
    details: tuple[DetailReport, ...] = ()
    sample: SampleReport | None = None
    names: FlowNames = field(default_factory=FlowNames)

    @property
    def findings(self) -> list[Finding]:
        return [finding for each in self._all() for finding in each.findings]

    @property
    def found(self) -> Counter[str]:
        return sum((each.found for each in self._all()), Counter())

    @property
    def rejected(self) -> int:
        return sum(each.rejected for each in self.reports)

    @property
    def ok(self) -> bool:
        """Whether everything was compared, and no problem was found."""
        return not (self.found or self.rejected or self.listing_failures)

    def _all(self) -> list[Findings]:
        return [*self.reports, *self.details, *([self.sample] if self.sample else [])]


def days(span: Span) -> Iterator[Span]:
    """Split the span at midnights, oldest piece first."""
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
    deadlines: Deadlines
    refusals: Refusals = field(default_factory=Refusals)

    def compare(self, flow_sid: str, span: Span) -> DayReport:
        """Compare the Executions created in `span`, which is within a day.

        The source is listed first: a line that was due then must be in the dataset afterwards.

        Raises:
            AccessDeniedError: the store refuses access, or Twilio does for every Flow.
            UnavailableError, DeadlineExceededError: source or store raised it.
        """
        now = self.clock.now()
        report = DayReport(flow_sid, span)
        day = self._list(report)
        if day is None:
            return report
        logs = DayLogs()
        date = f"{span.start:%Y-%m-%d}"
        for finding in read_day(self.store, flow_sid, date, _hours(span), logs):
            report.add(finding)
        self._count(report, day, logs)
        for sid, execution in day.executions.items():
            self._check(report, sid, execution, logs.statuses.get(sid, ()), now)
        return report

    def _list(self, report: DayReport) -> SourceDay | None:
        """List the day; None if none of it can be listed, and the report says why."""
        flow_sid = report.flow_sid
        refusal: StudioExportError | None = self.refusals.of(flow_sid)
        if refusal is None:
            try:
                day = list_day(self.source, self.clock, flow_sid, report.span)
            except EndpointError:  # no other Flow's list can be had either
                raise
            except AccessDeniedError as error:
                self.refusals.record(flow_sid, error)
                refusal = error
            except FlowError as error:
                self.refusals.record_answer()
                refusal = error
            else:
                self.refusals.record_answer()
                for span, failure in day.unlisted:
                    where = f"{flow_sid} {format_instant(span.start)}/{format_instant(span.stop)}"
                    report.add(Finding("not_compared", where, str(failure)))
                return day
        report.add(Finding("not_compared", flow_sid, str(refusal)))
        return None

    def _count(self, report: DayReport, day: SourceDay, logs: DayLogs) -> None:
        span = report.span
        within = {sid for sid, at in logs.created.items() if span.start <= at < span.stop}
        unknown = {
            sid
            for sid in within
            if any(each.start <= logs.created[sid] < each.stop for each, _ in day.unlisted)
        }
        report.listed = len(day.executions)
        report.exported = len(within)
        report.ended = sum(ENDED in logs.statuses[sid] for sid in within)
        report.objects = logs.objects
        report.gone = len(within - unknown - day.executions.keys())
        report.rejected = len(day.rejected)

    def _check(
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
            due, missing = self.deadlines.final_line_due(created, execution.ended), "final line"
        else:
            due, missing = self.deadlines.first_line_due(created), "line"
        if due and due <= now:
            where = f"{flow_day_prefix(report.flow_sid, f'{created:%Y-%m-%d}')}T{created:%H}-*"
            name = describe_execution(sid)
            report.add(Finding("missing", where, f"{name} of {created:%H:%M:%S} has no {missing}"))
        else:
            report.not_due += 1


def _hours(span: Span) -> list[str]:
    last = span.stop - timedelta(seconds=1)
    return [f"{hour:02}" for hour in range(span.start.hour, last.hour + 1)]
