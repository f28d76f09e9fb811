"""The log of one Flow and one UTC hour of `date_created`: what was exported, and what is not yet.

A log is the objects numbered 00000, 00001, … without a gap, each written once, by a put that fails
if the number is taken. Whoever writes number n has read 0 to n-1, which never change: a chain of
compare-and-swaps. So nothing is written twice, whoever else writes, and whenever a put lands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from studio_export.log import keys
from studio_export.log.codec import encode
from studio_export.log.commit import Proposal, commit_next
from studio_export.log.dedup import NO_RECORDS, SINGLE_STATUS, NewRecords, Statuses, select_new
from studio_export.log.reader import decode, reading
from studio_export.ports import Store
from studio_export.twilio.record import Record
from studio_export.version import VERSION


@dataclass(slots=True)
class HourLog:
    """What the first `length` objects say: the statuses exported of each sid.

    `hour` is `2026-11-23T14`. Hold `lock` while you append: threads of one process need not race.
    """

    flow_sid: str
    hour: str
    length: int = 0
    statuses: dict[str, Statuses] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def key(self, number: int) -> str:
        return keys.log_key(self.flow_sid, self.hour, number)

    @property
    def prefix(self) -> str:
        return keys.log_prefix(self.flow_sid, self.hour)

    def add(self, lines: Iterable[tuple[str, str | None]]) -> None:
        """Take the lines of the next object, as they were read."""
        statuses = self.statuses
        for sid, status in lines:
            known = statuses.get(sid)
            statuses[sid] = (*known, status) if known else SINGLE_STATUS[status]
        self.length += 1

    def extend(self, new: NewRecords) -> None:
        """Take the next object, as it was written."""
        self.statuses.update(new.statuses)
        self.length += 1

    def clear(self) -> None:
        self.statuses.clear()
        self.length = 0


@dataclass(frozen=True, slots=True)
class AppendResult:
    """What one append did. `created` are the instants of Executions that had no line before."""

    lines: int = 0
    ended: int = 0
    objects: int = 0
    conflicts: int = 0
    created: Sequence[datetime] = ()


def hour_of(record: Record) -> str:
    """`2026-11-23T14`: the log that the record belongs to."""
    return record.created.isoformat()[:13]


def append(store: Store, log: HourLog, length: int, records: Sequence[Record]) -> AppendResult:
    """Commit what the log lacks of `records`, which are all of its hour, as its next object.

    `log` is what was read of it before, and is brought up to date; `length` is how many objects
    it had when it was listed. If the store holds fewer objects than `log` remembers, discard what
    it remembers and trust the store.

    Raises:
        CorruptLogError: an object is missing or unreadable.
        StoreError: the store fails again and again.
    """
    new = NO_RECORDS
    listed: int | None = length

    def propose() -> Proposal | None:
        nonlocal new, listed
        if listed is None or log.length > listed:
            listed = _count_objects(store, log)
        if log.length > listed:
            log.clear()
        read(store, log, listed)
        listed = None
        new = select_new(log.statuses, records)
        return _proposal(log, new) if new.records else None

    commit = commit_next(store, propose)
    if commit.key is None:
        return AppendResult(conflicts=commit.conflicts)
    log.extend(new)
    return AppendResult(len(new.records), new.ended, 1, commit.conflicts, new.created)


def read(store: Store, log: HourLog, length: int) -> None:
    """Bring `log` up to `length` objects. What was read once never changes.

    Raises:
        CorruptLogError: an object is unreadable.
    """
    while log.length < length:
        key = log.key(log.length)
        with reading(key):
            log.add(decode(store.get(key)))


def _count_objects(store: Store, log: HourLog) -> int:
    return keys.log_lengths(store.list(log.prefix))[log.hour[11:]]


def _proposal(log: HourLog, new: NewRecords) -> Proposal:
    encoded = encode(new.records)
    metadata = {
        "lines": str(len(new.records)),
        "ended": str(new.ended),
        "sha256": encoded.sha256,
        "exporter": VERSION,
    }
    return Proposal(log.key(log.length), encoded.body, metadata)
