"""Read the logs of a day of one Flow line by line, and find what is wrong in them."""

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
from studio_export_cli.verify.findings import Finding

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")


@dataclass(slots=True)
class DayLogs:
    """The contents of the logs.

    Attributes:
        statuses: the statuses of each Sid, in the order of its lines.
        created: the creation of each Sid whose lines have a usable date.
    """

    statuses: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    created: dict[str, datetime] = field(default_factory=dict)
    objects: int = 0


def read_day(
    store: ReadableStore, flow_sid: str, day: str, hours: Iterable[str], logs: DayLogs
) -> Iterator[Finding]:
    """Yield the problems in the day's logs of these hours (`14`); add their contents to `logs`.

    Raises:
        StudioExportError: the store raised it.
    """
    numbers: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for key in store.list(flow_day_prefix(flow_sid, day)):
        if log := parse_log_key(key):
            numbers[log.hour][log.number] = key
    for hour in hours:
        keys = numbers.get(hour, {})
        yield from gaps(keys)
        for _, key in sorted(keys.items()):
            yield from _read(store, key, f"{day}T{hour}", logs)


def gaps(keys: Mapping[int, str]) -> Iterator[Finding]:
    """Yield the missing numbers of a log, from its keys by number."""
    before = -1
    for number, key in sorted(keys.items()):
        if number > before + 1:
            missing = f"{before + 1:05}" + (f" to {number - 1:05}" if number > before + 2 else "")
            yield Finding("gap", key, f"{missing} is missing before it")
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
    yield from check_sum(key, text, metadata)
    for number, line in enumerate(lines, 1):
        yield from _check_line(line, f"{key}:{number}", hour, logs)


def check_sum(key: str, text: bytes, metadata: Mapping[str, str]) -> Iterator[Finding]:
    """Compare the lines of an object with the checksum in its metadata, if there is one."""
    digest = hashlib.sha256(text).hexdigest()
    if metadata.get("sha256", digest) != digest:
        yield Finding("checksum_mismatch", key, "its lines do not match its sha256")


def _check_line(line: LineFields, where: str, hour: str, logs: DayLogs) -> Iterator[Finding]:
    name = describe_execution(line.sid)
    created = parse_instant(line.date_created)
    if created is None or created.isoformat()[:13] != hour:
        yield Finding("wrong_partition", where, f"{name} was not created in this hour")
    known = logs.statuses.get(line.sid, ())
    if line.status in known:
        yield Finding("duplicate", where, f"{name} already has a line with this status")
    elif ENDED in known:
        yield Finding("line_after_final", where, f"{name} already has its final line")
    logs.statuses[line.sid] = (*known, line.status)
    if created:
        logs.created[line.sid] = created


def describe_execution(sid: str) -> str:
    """Return the Sid, or a phrase if it is no Sid: in a corrupt line it can be private data."""
    return sid if _SID.fullmatch(sid) else "an Execution"
