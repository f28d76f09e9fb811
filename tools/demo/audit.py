"""The audit: every line of the export against what the simulated Studio really held."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from simulator.account import Execution, Flow
from studio_export.log.reader import decode
from studio_export.twilio.record import ENDED

_HEAD = timedelta(minutes=2)
RUN_INTERVAL = timedelta(minutes=15)

Arrivals = Mapping[str, datetime]  # the key of each object, and the run after which it was there


@dataclass(frozen=True, slots=True)
class FlowAudit:
    """`lost`: no line at all, or no final one although it was due. `doubled`: lines too many."""

    flow: Flow
    source: int
    lines: int
    ended: int
    objects: int
    lost: int
    doubled: int
    final_at: Mapping[str, datetime]


def due(execution: Execution, first_run: datetime) -> datetime | None:
    """When its final line must be there at the latest; None if it never ends.

    The data contract: at once what ended before it was first seen; else by three times the age at
    which it ended (22.5 minutes, if that is more) or 30 hours after its end, and a run.
    """
    created, ended = execution.created, execution.ends_at
    if ended is None:
        return None
    if ended <= first_run:
        return first_run
    return created + promised(ended - created) + RUN_INTERVAL


def promised(age: timedelta) -> timedelta:
    """The age by which what ended at this one is due to be listed; the next run lists it."""
    return max(timedelta(minutes=22.5), min(3 * age, age + timedelta(hours=30)))


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
    for key in keys:  # a log's objects in the order of their numbers
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
    # One run more, for the one that was killed.
    must_be_final = latest is not None and latest + RUN_INTERVAL <= last_run
    return must_be_final and ENDED not in statuses[execution.sid]


def _doubled(statuses: list[str | None]) -> int:
    """Lines of one Execution that should not be: a status again, or anything after the end."""
    until_end = statuses[: statuses.index(ENDED) + 1] if ENDED in statuses else statuses
    return len(statuses) - len(set(until_end))
