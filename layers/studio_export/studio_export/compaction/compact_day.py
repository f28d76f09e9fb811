"""Compact one day: read parts, read logs, put missing rows as the next part.

The parts are a chain like a log. The writer of part n has read all earlier parts, which never
change, before it reads the logs. So two compactors, a crash or a late put write no row twice.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from studio_export.compaction.dataset import Dataset
from studio_export.compaction.days import Parts, parts_by_day
from studio_export.compaction.rows import LineChecksum
from studio_export.errors import CorruptLogError
from studio_export.log import part_keys as names
from studio_export.log.codec import EncodedObject, ObjectEncoder
from studio_export.log.commit import Proposal, commit_next, put_once
from studio_export.log.keys import day_folder
from studio_export.log.reader import lines, reading
from studio_export.ports import Store
from studio_export.version import VERSION

Fetch = Callable[[Sequence[str]], Iterator[bytes]]  # returns the objects of the keys, in order


@dataclass(frozen=True, slots=True)
class CompactionResult:
    """The result of a day.

    Attributes:
        objects: objects in the day's logs.
        parts: parts of the day, with all its final rows.
        rows: final rows in the parts.
        added: rows that this compaction added.
        absent: Executions with a final line and without a row. If the compaction waits for them,
            it wrote nothing.
    """

    objects: int
    parts: int
    rows: int
    added: int
    conflicts: int = 0
    absent: int = 0


@dataclass(slots=True)
class _Parts:
    """The content of a day's parts."""

    count: int = 0
    checksum: LineChecksum = field(default_factory=LineChecksum)
    sids: set[str] = field(default_factory=set)

    def read(self, key: str, body: bytes, sid_of: Callable[[bytes], str]) -> None:
        with reading(key):
            for line in lines(body):
                self.checksum = self.checksum.plus(line)
                self.sids.add(sid_of(line))
        self.count += 1


@dataclass(frozen=True, slots=True)
class _Merged:
    """The final rows of a day's logs.

    Attributes:
        checksum: of all rows.
        added: how many of them no part has yet.
        encoded: those, as the next part.
        keys: the objects that were read.
        absent: Executions with a final line and without a row.
    """

    checksum: LineChecksum
    added: int
    encoded: EncodedObject
    keys: tuple[str, ...]
    absent: int


_NOTHING_MERGED = _Merged(LineChecksum(), 0, EncodedObject(b"", ""), (), 0)


@dataclass(frozen=True, slots=True)
class Compaction:
    """The compaction of a dataset's days.

    Attributes:
        on_progress: called with a day and the number of its objects read.
    """

    store: Store
    dataset: Dataset
    fetch: Fetch
    on_progress: Callable[[str, int], None]

    def compact(self, day: str, *, complete: bool, wait: bool = True) -> CompactionResult:
        """Add the day's missing final rows to its parts, and compare them with the logs.

        If `complete`, the logs get no further lines, and a marker beside the parts records that.
        If `wait`, nothing is written while an Execution with a final line lacks its row.

        Raises:
            CorruptLogError: a log or a part has a gap or is unreadable, or they differ.
            StoreError: every attempt to write failed.
        """
        folder = self.dataset.folder
        parts, merged = _Parts(), _NOTHING_MERGED
        added: dict[str | None, int] = {}  # rows, by the key of their part

        def propose() -> Proposal | None:
            nonlocal parts, merged
            parts = self._read_parts(day)  # before the logs: so all of it is in them
            hours = self.dataset.hours(self.store, day)
            merged = self._merge(day, hours, parts.sids)
            if not merged.added or (wait and merged.absent):
                return None
            proposal = _proposal(names.part_key(folder, day, parts.count), merged)
            added[proposal.key] = merged.added
            return proposal

        commit = commit_next(self.store, propose)
        if commit.key == names.part_key(folder, day, parts.count):  # else read after a doubt
            parts.read(commit.key, self.store.get(commit.key), self.dataset.sid_of)
        if not (wait and merged.absent):
            _check(names.part_prefix(folder, day), parts, merged)
            if complete and merged.keys:
                key = names.complete_key(folder, day, parts.count)
                put_once(self.store, _marker(key, day, parts, merged.keys))
        return CompactionResult(
            len(merged.keys),
            parts.count,
            parts.checksum.lines,
            added.get(commit.key, 0),
            commit.conflicts,
            merged.absent,
        )

    def _read_parts(self, day: str) -> _Parts:
        folder = self.dataset.folder
        listed = self.store.list(names.part_prefix(folder, day))
        stored = parts_by_day(listed).get(day, Parts())
        parts = _Parts()
        for number in range(len(stored.lines)):
            key = names.part_key(folder, day, number)
            if number not in stored.lines:
                raise CorruptLogError(f"{key} is missing")
            parts.read(key, self.store.get(key), self.dataset.sid_of)
        return parts

    def _merge(self, day: str, hours: Mapping[str, Sequence[str]], known: set[str]) -> _Merged:
        """Merge the logs hour by hour, so that only one hour's rows are in memory."""
        encoder, checksum = ObjectEncoder(), LineChecksum()
        seen: set[str] = set()
        done = absent = 0
        for keys in hours.values():
            hour = self.dataset.read(keys, self.fetch(keys))
            for row in hour.rows:
                if row.sid in seen:
                    where = day_folder(self.dataset.folder, day)
                    raise CorruptLogError(f"{where} has two final lines of {row.sid}")
                seen.add(row.sid)
                checksum = checksum.plus(row.line)
                if row.sid not in known:
                    encoder.add(row.line)
            absent += hour.absent
            done += len(keys)
            self.on_progress(day, done)
        keys_read = tuple(chain.from_iterable(hours.values()))
        return _Merged(checksum, encoder.lines, encoder.finish(), keys_read, absent)


def _proposal(key: str, merged: _Merged) -> Proposal:
    metadata = {
        "lines": str(merged.added),
        "sha256": merged.encoded.sha256,
        "objects": str(len(merged.keys)),
        "objects-sha256": _names_digest(merged.keys),
        "exporter": VERSION,
    }
    return Proposal(key, merged.encoded.body, metadata)


def _check(prefix: str, parts: _Parts, merged: _Merged) -> None:
    if parts.checksum != merged.checksum or len(parts.sids) != parts.checksum.lines:
        raise CorruptLogError(
            f"{prefix} and the logs differ:"
            f" {parts.checksum.lines:,} rows, {merged.checksum.lines:,} final lines"
        )


def _marker(key: str, day: str, parts: _Parts, keys: Sequence[str]) -> Proposal:
    marker = {
        "day": day,
        "parts": parts.count,
        "lines": parts.checksum.lines,
        "digest": parts.checksum.hex,
        "objects": len(keys),
        "objects_sha256": _names_digest(keys),
        "exporter": VERSION,
    }
    body = json.dumps(marker, indent=1).encode() + b"\n"
    return Proposal(key, body, {"exporter": VERSION})


def _names_digest(keys: Sequence[str]) -> str:
    """Digest the objects' names, which identify their unchanging content."""
    return hashlib.sha256("".join(f"{key}\n" for key in sorted(keys)).encode()).hexdigest()
