"""The audit: compare every exported line with what the simulated Studio holds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from simulator.account import Flow
from simulator.execution import Execution
from studio_export.log.reader import decode
from studio_export.twilio.record import ENDED

_HEAD = timedelta(minutes=2)
RUN_INTERVAL = timedelta(minutes=15)

Arrivals = Mapping[str, datetime]  # key of an object -> time of the run that wrote it


@dataclass(frozen=True, slots=True)
class FlowAudit:
    """`lost`: Executions without a line, or without a final line that was due."""

    flow: Flow
    source: int
    lines: int
    ended: int
    objects: int
    lost: int
    doubled: int
    final_at: Mapping[str, datetime]


def due(execution: Execution, first_run: datetime) -> datetime | None:
    """Return when its final line is due; None if it never ends.

    By the data contract: at the first run if it had ended by then; else two minutes and one run
    interval after its end.
    """
    created, ended = execution.created, execution.ends_at
    if ended is None:
        return None
    if ended <= first_run:
        return first_run
    return created + promised(ended - created)


def promised(age: timedelta) -> timedelta:
    """Return the age by which an Execution that ended at `age` has its final line."""
    return age + _HEAD + RUN_INTERVAL


def audit(
    flow: Flow, root: Path, arrivals: Arrivals, first_run: datetime, last_run: datetime
) -> FlowAudit:
    keys = sorted(key for key in arrivals if f"/{flow.sid}-" in key)
    statuses: defaultdict[str, list[str | None]] = defaultdict(list)
    final_at: dict[str, datetime] = {}
    for key, sid, status in _lines(root, keys):
        statuses[sid].append(status)
        if status == ENDED:
            final_at.setdefault(sid, arrivals[key])
    return FlowAudit(
        flow=flow,
        source=sum(each.created <= last_run for each in flow.executions),
        lines=sum(map(len, statuses.values())),
        ended=len(final_at),
        objects=len(keys),
        lost=sum(_is_lost(each, statuses, first_run, last_run) for each in flow.executions),
        doubled=sum(map(_doubled, statuses.values())) + len(statuses.keys() - flow.by_sid.keys()),
        final_at=final_at,
    )


def _lines(root: Path, keys: Iterable[str]) -> Iterator[tuple[str, str, str | None]]:
    for key in keys:  # the objects of a log are read in the order of their numbers
        for sid, status in decode((root / key).read_bytes()):
            yield key, sid, status


def _is_lost(
    execution: Execution,
    statuses: Mapping[str, list[str | None]],
    first_run: datetime,
    last_run: datetime,
) -> bool:
    if execution.sid not in statuses:
        return execution.created < last_run - _HEAD
    latest = due(execution, first_run)
    # One more interval, because a run was killed.
    must_be_final = latest is not None and latest + RUN_INTERVAL <= last_run
    return must_be_final and ENDED not in statuses[execution.sid]


def _doubled(statuses: list[str | None]) -> int:
    """Count surplus lines of one Execution: a repeated status, or any line after the end."""
    until_end = statuses[: statuses.index(ENDED) + 1] if ENDED in statuses else statuses
    return len(statuses) - len(set(until_end))
