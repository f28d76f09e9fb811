"""Select the records of a listing that a log does not have yet. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from studio_export.twilio.record import ENDED, Record

# The statuses exported for one Execution, in the order of its lines.
Statuses = tuple[str | None, ...]


class _SingleStatus(dict[str | None, Statuses]):
    """Shared tuples of one status: nearly every Execution in a log has one of them."""

    def __missing__(self, status: str | None) -> Statuses:
        return (status,)


SINGLE_STATUS = _SingleStatus({status: (status,) for status in ("active", ENDED)})


@dataclass(frozen=True, slots=True)
class NewRecords:
    """The records to append to a log, in order.

    Attributes:
        statuses: all statuses of their Sids once the records are appended.
        created: the creation instants of Executions that had no line before.
    """

    records: Sequence[Record]
    statuses: Mapping[str, Statuses]
    created: Sequence[datetime]

    @property
    def ended(self) -> int:
        """How many of the records are final."""
        return [record.status for record in self.records].count(ENDED)


def select_new(known: Mapping[str, Statuses], records: Sequence[Record]) -> NewRecords:
    """Select each status of an Execution once, and none after `ended`.

    A listing may repeat a record, so the records are compared with each other too.
    """
    return _select_all(known, records) or _select_one_by_one(known, records)


def _select_all(known: Mapping[str, Statuses], records: Sequence[Record]) -> NewRecords | None:
    """Select all records if each has a new Sid, as is usual; else return None.

    It takes a third of the time of the loop.
    """
    sids = [record.sid for record in records]
    if not known.keys().isdisjoint(sids):
        return None
    statuses = dict(zip(sids, [SINGLE_STATUS[record.status] for record in records], strict=True))
    if len(statuses) == len(sids):
        return NewRecords(records, statuses, [record.created for record in records])
    return None


def _select_one_by_one(known: Mapping[str, Statuses], records: Sequence[Record]) -> NewRecords:
    chosen: dict[str, Statuses] = {}
    new, created = [], []
    for record in records:
        sid, status = record.sid, record.status
        statuses = chosen.get(sid) or known.get(sid, ())
        if not statuses:
            chosen[sid] = SINGLE_STATUS[status]
            new.append(record)
            created.append(record.created)
        elif status not in statuses and ENDED not in statuses:
            chosen[sid] = (*statuses, status)
            new.append(record)
    return NewRecords(new, chosen, created)
