"""Append to the log of one Flow and one UTC hour of `date_created`.

A log is a chain of objects; `commit.py` writes it. The writer of number n has read all earlier
objects, so no record is written twice, however many writers there are and however late a put takes
effect.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from studio_export.log import keys
from studio_export.log.codec import encode
from studio_export.log.commit import Proposal, commit_next
from studio_export.log.dedup import SINGLE_STATUS, NewRecords, Statuses, select_new
from studio_export.log.reader import decode, reading
from studio_export.ports import Store
from studio_export.twilio.record import Record
from studio_export.version import VERSION


@dataclass(slots=True)
class HourLog:
    """The content of a log's first objects.

    Attributes:
        hour: `2026-11-23T14`.
        length: how many objects were read.
        statuses: the statuses exported, by Sid.
        lock: hold it during an append. Two threads that read the log at once would count an
            object twice, and the next number would leave a gap.
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
        """Add the lines of the next object, as it was read."""
        statuses = self.statuses
        for sid, status in lines:
            known = statuses.get(sid)
            statuses[sid] = (*known, status) if known else SINGLE_STATUS[status]
        self.length += 1

    def extend(self, selection: NewRecords) -> None:
        """Add the next object, as it was written."""
        self.statuses.update(selection.statuses)
        self.length += 1

    def clear(self) -> None:
        self.statuses.clear()
        self.length = 0


@dataclass(frozen=True, slots=True)
class AppendResult:
    """The result of one append.

    Attributes:
        created: the creation instants of Executions that had no line before.
        records: what was appended.
        doubts: puts whose effect was unknown when they failed.
    """

    lines: int = 0
    ended: int = 0
    objects: int = 0
    conflicts: int = 0
    created: Sequence[datetime] = ()
    records: Sequence[Record] = field(default=(), compare=False, repr=False)
    doubts: int = 0


def hour_of(record: Record) -> str:
    """Return the hour of the record's log: `2026-11-23T14`."""
    return record.created.isoformat()[:13]


def append(store: Store, log: HourLog, length: int, records: Sequence[Record]) -> AppendResult:
    """Commit those of `records` that the log does not have, as its next object.

    If the store holds fewer objects than the cached `log`, discard the cache and trust the store.

    `log` is the log as read so far, and is brought up to date. `length` is how many objects it has
    in the sweep's listing of the store.

    Raises:
        CorruptLogError: an object is missing or unreadable.
        StoreError: every attempt to write failed.
    """
    selections: dict[str, NewRecords] = {}  # by the key of their object
    listed: int | None = length

    def propose() -> Proposal | None:
        nonlocal listed
        if listed is None or log.length > listed:
            listed = _count_objects(store, log)
        if log.length > listed:
            log.clear()
        read(store, log, listed)
        listed = None
        selection = select_new(log.statuses, records)
        selections[log.key(log.length)] = selection
        return _proposal(log, selection) if selection.records else None

    commit = commit_next(store, propose)
    if commit.key is None:
        return AppendResult(conflicts=commit.conflicts, doubts=commit.doubts)
    selection = selections[commit.key]
    if commit.key == log.key(log.length):  # else it was read after a doubt
        log.extend(selection)
    return AppendResult(
        len(selection.records),
        selection.ended,
        1,
        commit.conflicts,
        selection.created,
        selection.records,
        commit.doubts,
    )


def read(store: Store, log: HourLog, length: int) -> None:
    """Read objects until `log` has `length`. Objects that were read never change.

    Raises:
        CorruptLogError: an object is unreadable.
    """
    while log.length < length:
        key = log.key(log.length)
        with reading(key):
            log.add(decode(store.get(key)))


def _count_objects(store: Store, log: HourLog) -> int:
    return keys.log_lengths(store.list(log.prefix))[log.hour[11:]]


def _proposal(log: HourLog, selection: NewRecords) -> Proposal:
    encoded = encode(selection.records)
    metadata = {
        "lines": str(len(selection.records)),
        "ended": str(selection.ended),
        "sha256": encoded.sha256,
        "exporter": VERSION,
    }
    return Proposal(log.key(log.length), encoded.body, metadata)
