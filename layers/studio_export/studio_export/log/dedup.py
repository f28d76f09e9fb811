"""What a log lacks of the records of a listing. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from studio_export.twilio.record import ENDED, Record

# Every status exported of an Execution, in the order of its lines.
Statuses = tuple[str | None, ...]


class _SingleStatus(dict[str | None, Statuses]):
    """Nearly every tuple of statuses is one of these: shared, they cost neither time nor memory."""

    def __missing__(self, status: str | None) -> Statuses:
        return (status,)


SINGLE_STATUS = _SingleStatus({status: (status,) for status in ("active", ENDED)})


@dataclass(frozen=True, slots=True)
class NewRecords:
    """Of some records, those that a log lacks, in order.

    `statuses` are what it says of their Sids once they are in it. `created` are the instants of
    the Executions that had no line before.
    """

    records: Sequence[Record]
    statuses: Mapping[str, Statuses]
    created: Sequence[datetime]

    @property
    def ended(self) -> int:
        """How many of the records are final."""
        return [record.status for record in self.records].count(ENDED)


NO_RECORDS = NewRecords((), {}, ())


def select_new(known: Mapping[str, Statuses], records: Sequence[Record]) -> NewRecords:
    """What to append: no status of an Execution twice, and nothing after an ended line.

    Also within one listing a record may come again.
    """
    sids = [record.sid for record in records]
    if known.keys().isdisjoint(sids):
        statuses = dict(
            zip(sids, [SINGLE_STATUS[record.status] for record in records], strict=True)
        )
        if len(statuses) == len(sids):  # all new, as most are: a third of what the loop takes
            return NewRecords(records, statuses, [record.created for record in records])
    return _select_one_by_one(known, records)


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
