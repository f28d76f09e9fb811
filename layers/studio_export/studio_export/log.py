"""The log of one Flow and one UTC hour of `date_created`: what was exported, and what is not yet.

A log is the objects numbered 00000, 00001, … without a gap, each written once, by a put that fails
if the number is taken. Whoever writes number n has read 0 to n-1, which never change: a chain of
compare-and-swaps. So nothing is written twice, whoever else writes, and whenever a put lands.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from studio_export.errors import DamagedLogError, StoreError
from studio_export.ports import Store
from studio_export.records import ENDED, Record, pack, unpack
from studio_export.version import VERSION

# A lost race means that somebody else made progress, so this many in a row are no accident.
_ATTEMPTS = 20

# Nearly every tuple of statuses is one of these: shared, they cost neither time nor memory.
_ALONE: Mapping[str | None, tuple[str | None, ...]] = {
    status: (status,) for status in ("active", ENDED)
}

_KEY = re.compile(r".*-T(?P<hour>[0-9]{2})-(?P<number>[0-9]{5})\.jsonl\.gz")


@dataclass(slots=True)
class Log:
    """What the first `length` objects say: the statuses exported of each sid.

    `hour` is `2026-11-23T14`. Hold `lock` while you append: threads of one process need not race.
    """

    flow_sid: str
    hour: str
    length: int = 0
    statuses: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def key(self, number: int) -> str:
        return f"{self.prefix}{number:05}.jsonl.gz"

    @property
    def prefix(self) -> str:
        day, _, hh = self.hour.partition("T")
        return f"{day_prefix(self.flow_sid, day)}T{hh}-"

    def add(self, lines: Iterable[tuple[str, str | None]]) -> None:
        statuses = self.statuses
        for sid, status in lines:
            known = statuses.get(sid)
            statuses[sid] = (*known, status) if known else _ALONE.get(status) or (status,)
        self.length += 1

    def forget(self) -> None:
        self.statuses.clear()
        self.length = 0


@dataclass(frozen=True, slots=True)
class Appended:
    """What one append did. `unseen` are the lines of Executions that had none before."""

    lines: int = 0
    ended: int = 0
    objects: int = 0
    conflicts: int = 0
    unseen: tuple[datetime, ...] = ()


def day_prefix(flow_sid: str, day: str) -> str:
    return f"executions/dt={day}/{flow_sid}-"


def hour_of(record: Record) -> str:
    """`2026-11-23T14`: the log that the record belongs to."""
    return record.created.isoformat()[:13]


def lengths(keys: Iterable[str]) -> Mapping[str, int]:
    """How many objects each hour's log has (`14` to 3), from the keys of a Flow's day.

    Raises:
        DamagedLogError: a number is missing.
    """
    counts: Counter[str] = Counter()
    for key in sorted(keys):
        match = _KEY.fullmatch(key)
        if not match:
            continue
        if int(match["number"]) != counts[match["hour"]]:
            raise DamagedLogError(f"an object is missing before {key}")
        counts[match["hour"]] += 1
    return counts


def append(store: Store, log: Log, length: int, records: Sequence[Record]) -> Appended:
    """Commit what the log lacks of `records`, which are all of its hour, as its next object.

    `log` is what was read of it before, and is brought up to date; `length` is how many objects
    it had when it was listed. Any doubt about a put is settled in one way: read the log again, and
    recompute. Where less is there than `log` remembers, what is there counts.

    Raises:
        DamagedLogError: an object is missing or unreadable.
        StoreError: the store fails again and again.
    """
    conflicts, doubt = 0, None
    while True:
        if log.length > length:  # another thread appended since, or somebody took objects away
            length = _listed(store, log)
        if log.length > length:
            log.forget()
        read(store, log, length)
        new = lacking(log, records)
        if not new:
            return Appended(conflicts=conflicts)
        key = log.key(log.length)
        if conflicts == _ATTEMPTS:
            raise StoreError(f"{key} cannot be written") from doubt
        try:
            won = _put(store, key, new)
        except StoreError as error:
            won, doubt = False, error
        if won:
            unseen = {
                record.sid: record.created for record in new if record.sid not in log.statuses
            }
            sids = [record.sid for record in new]
            log.add(zip(sids, [record.status for record in new], strict=True))
            return Appended(len(new), _ended(new), 1, conflicts, tuple(unseen.values()))
        conflicts += 1
        length = _listed(store, log)


def read(store: Store, log: Log, length: int) -> None:
    """Bring `log` up to `length` objects. What was read once never changes.

    Raises:
        DamagedLogError: an object is unreadable.
    """
    while log.length < length:
        key = log.key(log.length)
        try:
            log.add(unpack(store.get(key)))
        except ValueError as error:
            raise DamagedLogError(f"{key} is unreadable: {error}") from error


def lacking(log: Log, records: Sequence[Record]) -> list[Record]:
    """The records to append, in order: no status twice, and nothing after an ended line.

    Also within one listing a record may come again.
    """
    sids = [record.sid for record in records]
    if len(set(sids)) == len(sids) and log.statuses.keys().isdisjoint(sids):
        return list(records)  # all new, as most are: 0.1 us a record instead of 0.3
    known = log.statuses.get
    chosen: dict[str, tuple[str | None, ...]] = {}
    new = []
    for record in records:
        sid, status = record.sid, record.status
        statuses = chosen.get(sid) or known(sid, ())
        if not statuses or (status not in statuses and ENDED not in statuses):
            chosen[sid] = (*statuses, status) if statuses else _ALONE.get(status) or (status,)
            new.append(record)
    return new


def _listed(store: Store, log: Log) -> int:
    """How many objects the log has."""
    return lengths(store.list(log.prefix))[log.hour[11:]]


def _ended(records: Iterable[Record]) -> int:
    return [record.status for record in records].count(ENDED)


def _put(store: Store, key: str, records: Sequence[Record]) -> bool:
    packed = pack(records)
    metadata = {
        "lines": str(len(records)),
        "ended": str(_ended(records)),
        "sha256": packed.sha256,
        "exporter": VERSION,
    }
    return store.put_if_absent(key, packed.body, metadata)
