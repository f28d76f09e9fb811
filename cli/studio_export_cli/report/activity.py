"""The activity in a range of creation time: counts, ends, durations, and the Steps of each."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from studio_export.compaction.days import days_between
from studio_export.instants import parse_instant
from studio_export.log.reader import LineFields
from studio_export.model import Span
from studio_export.ports import Store
from studio_export.twilio.record import ENDED
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.report.reading import Parent, read_parents
from studio_export_cli.report.step_counts import StepCounts

HOURS_OF_WEEK = 168


@dataclass(frozen=True, slots=True)
class Wanted:
    """The Executions that a report is about.

    Attributes:
        span: when they were created.
        with_steps: whether their Steps are read.
        steps_from: runs leave alone the Steps of Executions that were created earlier; None if
            there is no such limit.
    """

    span: Span
    with_steps: bool = True
    steps_from: datetime | None = None

    def created(self, fields: LineFields) -> datetime | None:
        """Return when the Execution was created; None outside of the span."""
        created = parse_instant(fields.date_created)
        return created if created and self.span.start <= created < self.span.stop else None


@dataclass(slots=True)
class FlowActivity:
    """The activity of a Flow.

    Attributes:
        ended: ended Executions, by the day of their creation.
        open: the other Executions, by the day of their creation.
        statuses: Executions by their last status.
        seconds: the duration of each ended Execution.
        steps: what happened inside the ended Executions.
    """

    flow_sid: str
    ended: Counter[date] = field(default_factory=Counter)
    open: Counter[date] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: "array[int]" = field(default_factory=lambda: array("L"))
    steps: StepCounts = field(default_factory=StepCounts)

    @property
    def executions(self) -> int:
        return self.ended.total() + self.open.total()


@dataclass(frozen=True, slots=True)
class Activity:
    """Flows, busiest first. `hours` has the Executions created in each UTC hour of the week."""

    span: Span
    days: Sequence[date]
    flows: Sequence[FlowActivity]
    hours: Sequence[int]

    @property
    def executions(self) -> int:
        return sum(flow.executions for flow in self.flows)

    @property
    def ended(self) -> int:
        return sum(flow.ended.total() for flow in self.flows)

    @property
    def seconds(self) -> list[int]:
        """The duration of each ended Execution, ascending."""
        return sorted(each for flow in self.flows for each in flow.seconds)


def read_activity(store: Store, wanted: Wanted, concurrency: int, heartbeat: Heartbeat) -> Activity:
    """Read every line of these Executions, and their Steps.

    Raises:
        CorruptLogError: an object is unreadable.
        StudioExportError: the store raised it.
    """
    span = wanted.span
    last = (span.stop - timedelta(microseconds=1)).date()
    names = days_between(span.start.date(), last + timedelta(days=1))
    flows: dict[str, FlowActivity] = {}
    hours = [0] * HOURS_OF_WEEK
    parents = read_parents(store, names, concurrency, heartbeat, with_steps=wanted.with_steps)
    for (_, flow_sid, _), of_log in groupby(parents, lambda parent: parent.log[:3]):
        flow = flows.setdefault(flow_sid, FlowActivity(flow_sid))
        latest: dict[str, LineFields] = {}
        for parent in of_log:
            fields = parent.fields()
            latest |= {each.sid: each for each in fields}
            _count_steps(flow.steps, parent, fields, wanted)
        for each in latest.values():
            if created := wanted.created(each):
                hours[created.weekday() * 24 + created.hour] += 1
                _count(flow, each, created)
    ordered = sorted(flows.values(), key=lambda flow: (-flow.executions, flow.flow_sid))
    return Activity(span, [date.fromisoformat(name) for name in names], ordered, hours)


def _count_steps(
    counts: StepCounts, parent: Parent, fields: Sequence[LineFields], wanted: Wanted
) -> None:
    """Count the Steps of the parent's final lines: no other object has lines of these."""
    finals = {
        each.sid: (created, each.revision)
        for each in fields
        if each.status == ENDED and (created := wanted.created(each))
    }
    for line in parent.step_lines():
        if final := finals.pop(line.execution_sid, None):
            counts.ended += 1
            counts.add(line, *final)
    since = wanted.steps_from
    counts.ended += sum(since is None or created >= since for created, _ in finals.values())


def _count(flow: FlowActivity, fields: LineFields, created: datetime) -> None:
    flow.statuses[fields.status or "none"] += 1
    if fields.status != ENDED:
        flow.open[created.date()] += 1
        return
    flow.ended[created.date()] += 1
    ended = parse_instant(fields.date_updated)
    if ended and ended >= created:
        flow.seconds.append(int((ended - created).total_seconds()))
