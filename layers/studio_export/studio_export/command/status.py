"""What is exported so far: by the dataset itself, and how far, by the checkpoints."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from studio_export.command.destination import Destination
from studio_export.command.outcome import duration
from studio_export.errors import DamagedLogError
from studio_export.model import Span
from studio_export.ports import Store
from studio_export.records import ENDED, unpack

_KEY = re.compile(
    r"executions/dt=(?P<day>[0-9-]{10})/(?P<flow_sid>FW\w+)-T(?P<hour>[0-9]{2})-[0-9]{5}\.jsonl\.gz"
)
_COLUMNS = "{:<34}  {:>8}  {:>13}  {:>13}  {:>8}  {:>10}  {:>10}"


@dataclass(frozen=True, slots=True)
class FlowStatus:
    """`hours` are the first and the last that have lines, as `2026-11-23T14`.

    `lines` and `ended` are None where they were not counted, the lag where no tick ever ran.
    """

    flow_sid: str
    objects: int
    hours: tuple[str, str]
    head_lag_seconds: int | None
    lines: int | None = None
    ended: int | None = None


def statuses(destination: Destination, now: datetime, *, count: bool) -> list[FlowStatus]:
    """Every Flow that has an object, ascending.

    Raises:
        DamagedLogError: an object is unreadable (only if lines are counted).
        StudioExportError: as the store and the checkpoints raise them.
    """
    keys: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for key in destination.store.list("executions/"):
        if match := _KEY.fullmatch(key):
            keys[match["flow_sid"]].append((f"{match['day']}T{match['hour']}", key))
    return [_status(destination, sid, keys[sid], now, count=count) for sid in sorted(keys)]


def _status(
    destination: Destination,
    flow_sid: str,
    keys: Sequence[tuple[str, str]],
    now: datetime,
    *,
    count: bool,
) -> FlowStatus:
    cursors = destination.checkpoints.read(flow_sid).cursors
    ended = [each for _, key in keys for each in _ended(destination.store, key)] if count else None
    return FlowStatus(
        flow_sid,
        objects=len(keys),
        hours=(min(keys)[0], max(keys)[0]),
        head_lag_seconds=Span(cursors[min(cursors)], now).seconds if cursors else None,
        lines=None if ended is None else len(ended),
        ended=None if ended is None else sum(ended),
    )


def _ended(store: Store, key: str) -> list[bool]:
    """Of each line of an object, whether it is a final one."""
    try:
        return [status == ENDED for _, status in unpack(store.get(key))]
    except ValueError as error:
        raise DamagedLogError(f"{key} is unreadable: {error}") from error


def table(flows: Sequence[FlowStatus]) -> Iterator[str]:
    yield _COLUMNS.format(
        "FLOW", "OBJECTS", "FIRST HOUR", "LAST HOUR", "HEAD LAG", "LINES", "ENDED"
    )
    for flow in flows:
        lag = flow.head_lag_seconds
        yield _COLUMNS.format(
            flow.flow_sid,
            f"{flow.objects:,}",
            *flow.hours,
            "-" if lag is None else duration(lag),
            "-" if flow.lines is None else f"{flow.lines:,}",
            "-" if flow.ended is None else f"{flow.ended:,}",
        )
