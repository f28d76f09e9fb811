"""The logs of one Flow's day, read line by line: what they hold, and what is wrong with them."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from studio_export.instants import parse_instant
from studio_export.log.keys import flow_day_prefix, parse_log_key
from studio_export.log.reader import LineFields, inflate, read_fields
from studio_export.twilio.record import ENDED
from studio_export_cli.destination import ReadableStore

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` is one of KINDS; `where` is an object's key, with a line number if there is one."""

    kind: str
    where: str
    what: str


@dataclass(slots=True)
class DayLogs:
    """`statuses` of each sid in the order of its lines; `created` of those that say so."""

    statuses: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    created: dict[str, datetime] = field(default_factory=dict)
    objects: int = 0
    lines: int = 0


def read_day(
    store: ReadableStore, flow_sid: str, day: str, hours: Iterable[str], logs: DayLogs
) -> Iterator[Finding]:
    """What is wrong with the day's logs of these hours (`14`); what they hold goes into `logs`.

    Raises:
        StudioExportError: as the store raises it.
    """
    numbers: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for key in store.list(flow_day_prefix(flow_sid, day)):
        if log := parse_log_key(key):
            numbers[log.hour][log.number] = key
    for hour in hours:
        keys = numbers.get(hour, {})
        yield from _holes(keys)
        for _, key in sorted(keys.items()):
            yield from _read(store, key, f"{day}T{hour}", logs)


def _holes(keys: Mapping[int, str]) -> Iterator[Finding]:
    before = -1
    for number, key in sorted(keys.items()):
        if number > before + 1:
            missing = f"{before + 1:05}" + (f" to {number - 1:05}" if number > before + 2 else "")
            yield Finding("hole", key, f"before it, {missing} is missing")
        before = number


def _read(store: ReadableStore, key: str, hour: str, logs: DayLogs) -> Iterator[Finding]:
    body, metadata = store.read(key)
    logs.objects += 1
    try:
        text = inflate(body)
        lines = [read_fields(line) for line in text.split(b"\n")[:-1]]
    except ValueError as error:
        yield Finding("unreadable", key, str(error))
        return
    digest = hashlib.sha256(text).hexdigest()
    if metadata.get("sha256", digest) != digest:
        yield Finding("altered", key, "its lines are not those of its sha256")
    logs.lines += len(lines)
    for number, line in enumerate(lines, 1):
        yield from _judged(line, f"{key}:{number}", hour, logs)


def _judged(line: LineFields, where: str, hour: str, logs: DayLogs) -> Iterator[Finding]:
    created = parse_instant(line.date_created)
    if created is None or created.isoformat()[:13] != hour:
        yield Finding("misplaced", where, f"{named(line.sid)} was not created in this hour")
    known = logs.statuses.get(line.sid, ())
    if line.status in known:
        yield Finding("doubled", where, f"{named(line.sid)} has a line with its status already")
    elif ENDED in known:
        yield Finding("after ended", where, f"{named(line.sid)} has its final line already")
    logs.statuses[line.sid] = (*known, line.status)
    if created:
        logs.created[line.sid] = created


def named(sid: str) -> str:
    """The Sid, or what may be said instead: of a damaged line it might hold anything."""
    return sid if _SID.fullmatch(sid) else "an Execution"
