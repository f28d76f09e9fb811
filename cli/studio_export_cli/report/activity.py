"""The activity in a range of creation time, from the logs: counts, ends and durations."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from studio_export.compaction.days import days_between
from studio_export.instants import parse_instant
from studio_export.log.keys import logs_folder, parse_log_key
from studio_export.log.reader import LineFields, lines, read_fields, reading
from studio_export.model import Span
from studio_export.ports import Store
from studio_export.twilio.record import ENDED
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.parallel import map_concurrently

HOURS_OF_WEEK = 168


@dataclass(slots=True)
class FlowActivity:
    """The activity of a Flow.

    Attributes:
        ended: ended Executions, by the day of their creation.
        open: the other Executions, by the day of their creation.
        statuses: Executions by their last status.
        seconds: the duration of each ended Execution.
    """

    flow_sid: str
    ended: Counter[date] = field(default_factory=Counter)
    open: Counter[date] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: "array[int]" = field(default_factory=lambda: array("L"))
    objects: int = 0

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


def read_activity(store: Store, span: Span, concurrency: int, heartbeat: Heartbeat) -> Activity:
    """Read every line of the Executions created in the range.

    Raises:
        CorruptLogError: an object is unreadable.
        StudioExportError: the store raised it.
    """
    last = (span.stop - timedelta(microseconds=1)).date()
    names = days_between(span.start.date(), last + timedelta(days=1))
    keys = [key for day in names for key in store.list(logs_folder(day))]
    flows: dict[str, FlowActivity] = {}
    hours = [0] * HOURS_OF_WEEK
    for flow_sid, objects, latest in _logs(store, keys, concurrency, heartbeat):
        flow = flows.setdefault(flow_sid, FlowActivity(flow_sid))
        flow.objects += objects
        for fields in latest:
            created = parse_instant(fields.date_created)
            if created and span.start <= created < span.stop:
                hours[created.weekday() * 24 + created.hour] += 1
                _count(flow, fields, created)
    ordered = sorted(flows.values(), key=lambda flow: (-flow.executions, flow.flow_sid))
    return Activity(span, [date.fromisoformat(name) for name in names], ordered, hours)


def _logs(
    store: Store, keys: Iterable[str], concurrency: int, heartbeat: Heartbeat
) -> Iterator[tuple[str, int, Iterable[LineFields]]]:
    """Yield for each log its Flow, its number of objects, and the last line of each Execution."""
    log_keys = [(key, log) for key in keys if (log := parse_log_key(key))]
    names = [key for key, _ in log_keys]
    bodies = map_concurrently(store.get, names, concurrency, "Read objects", heartbeat)
    for _, of_log in groupby(zip(log_keys, bodies, strict=True), lambda each: each[0][1][:3]):
        latest: dict[str, LineFields] = {}
        objects = 0
        flow_sid = ""
        for (key, log), body in of_log:
            flow_sid = log.flow_sid
            latest |= {fields.sid: fields for fields in _read(key, body)}
            objects += 1
        yield flow_sid, objects, latest.values()


def _read(key: str, body: bytes) -> Iterator[LineFields]:
    """Read the lines in order: the final line of an Execution comes last."""
    with reading(key):
        for line in lines(body):
            yield read_fields(line)


def _count(flow: FlowActivity, fields: LineFields, created: datetime) -> None:
    flow.statuses[fields.status or "none"] += 1
    if fields.status != ENDED:
        flow.open[created.date()] += 1
        return
    flow.ended[created.date()] += 1
    ended = parse_instant(fields.date_updated)
    if ended and ended >= created:
        flow.seconds.append(int((ended - created).total_seconds()))
