"""The log of one Flow and one UTC hour of `date_created`: what was exported, and what is not yet.

A log is the objects numbered 00000, 00001, … without a gap, each written once, by a put that fails
if the number is taken. Whoever writes number n has read 0 to n-1, which never change: a chain of
compare-and-swaps. So nothing is written twice, whoever else writes, and whenever a put lands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from studio_export.errors import DamagedLogError, StoreError
from studio_export.log import keys
from studio_export.log.codec import ENDED, Record, pack, unpack
from studio_export.log.dedup import ALONE, News, Statuses, lacking
from studio_export.ports import Store
from studio_export.version import VERSION

# A lost race means that somebody else made progress, so this many in a row are no accident.
_ATTEMPTS = 20


@dataclass(slots=True)
class Log:
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
            statuses[sid] = (*known, status) if known else ALONE[status]
        self.length += 1

    def extend(self, news: News) -> None:
        """Take the next object, as it was written."""
        self.statuses.update(news.statuses)
        self.length += 1

    def forget(self) -> None:
        self.statuses.clear()
        self.length = 0


@dataclass(frozen=True, slots=True)
class Appended:
    """What one append did. `created` are the instants of Executions that had no line before."""

    lines: int = 0
    ended: int = 0
    objects: int = 0
    conflicts: int = 0
    created: Sequence[datetime] = ()


def hour_of(record: Record) -> str:
    """`2026-11-23T14`: the log that the record belongs to."""
    return record.created.isoformat()[:13]


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
        news = lacking(log.statuses, records)
        if not news.records:
            return Appended(conflicts=conflicts)
        key = log.key(log.length)
        if conflicts == _ATTEMPTS:
            raise StoreError(f"{key} cannot be written") from doubt
        ended = [record.status for record in news.records].count(ENDED)
        try:
            won = _put(store, key, news.records, ended)
        except StoreError as error:
            won, doubt = False, error
        if won:
            log.extend(news)
            return Appended(len(news.records), ended, 1, conflicts, news.created)
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


def _listed(store: Store, log: Log) -> int:
    """How many objects the log has."""
    return keys.log_lengths(store.list(log.prefix))[log.hour[11:]]


def _put(store: Store, key: str, records: Sequence[Record], ended: int) -> bool:
    packed = pack(records)
    metadata = {
        "lines": str(len(records)),
        "ended": str(ended),
        "sha256": packed.sha256,
        "exporter": VERSION,
    }
    return store.put_if_absent(key, packed.body, metadata)
