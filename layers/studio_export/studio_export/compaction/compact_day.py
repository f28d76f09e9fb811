"""Compact one day: read parts, read logs, put missing rows as the next part.

The parts are a chain like a log. The writer of part n has read all earlier parts, which never
change, before it reads the logs. So two compactors, a crash or a late put write no row twice.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from studio_export.compaction.days import Parts, parts_by_day
from studio_export.compaction.rows import LineChecksum, Row, final_rows
from studio_export.errors import CorruptLogError
from studio_export.log import keys as names
from studio_export.log.codec import EncodedObject, ObjectEncoder
from studio_export.log.commit import Proposal, commit_next, put_once
from studio_export.log.reader import lines, read_fields, reading
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
    """

    objects: int
    parts: int
    rows: int
    added: int
    conflicts: int = 0


@dataclass(slots=True)
class _Parts:
    """The content of a day's parts."""

    count: int = 0
    checksum: LineChecksum = field(default_factory=LineChecksum)
    sids: set[str] = field(default_factory=set)

    def read(self, key: str, body: bytes) -> None:
        with reading(key):
            for line in lines(body):
                self.checksum = self.checksum.plus(line)
                self.sids.add(read_fields(line).sid)
        self.count += 1


@dataclass(frozen=True, slots=True)
class _Merged:
    """The final rows of a day's logs.

    Attributes:
        checksum: of all rows.
        added: how many of them no part has yet.
        encoded: those, as the next part.
        keys: the objects that were read.
    """

    checksum: LineChecksum
    added: int
    encoded: EncodedObject
    keys: tuple[str, ...]


_NOTHING_MERGED = _Merged(LineChecksum(), 0, EncodedObject(b"", ""), ())


def compact(
    store: Store, day: str, *, complete: bool, fetch: Fetch, on_progress: Callable[[int], None]
) -> CompactionResult:
    """Add the day's missing final rows to `daily/`, and compare it with the logs.

    If `complete`, the logs get no further lines, and a marker beside the parts records that.
    `on_progress` is called with the number of objects read.

    Raises:
        CorruptLogError: a log or a part has a gap or is unreadable, or they differ.
        StoreError: every attempt to write failed.
    """
    parts, merged = _Parts(), _NOTHING_MERGED
    added: dict[str | None, int] = {}  # rows, by the key of their part

    def propose() -> Proposal | None:
        nonlocal parts, merged
        parts = _read_parts(store, day)  # before the logs: so all of it is in them
        hours = _hours(store.list(names.logs_folder(day)))
        merged = _merge(day, hours, parts.sids, fetch, on_progress)
        added[names.part_key(day, parts.count)] = merged.added
        return _proposal(day, parts.count, merged) if merged.added else None

    commit = commit_next(store, propose)
    if commit.key == names.part_key(day, parts.count):  # else it was read by `propose`
        parts.read(commit.key, store.get(commit.key))
    _check(day, parts, merged)
    if complete and merged.keys:
        _put_complete(store, day, parts, merged.keys)
    return CompactionResult(
        len(merged.keys),
        parts.count,
        parts.checksum.lines,
        added.get(commit.key, 0),
        commit.conflicts,
    )


def _read_parts(store: Store, day: str) -> _Parts:
    stored = parts_by_day(store.list(names.part_prefix(day))).get(day, Parts())
    parts = _Parts()
    for number in range(len(stored.lines)):
        key = names.part_key(day, number)
        if number not in stored.lines:
            raise CorruptLogError(f"{key} is missing")
        parts.read(key, store.get(key))
    return parts


def _hours(keys: Iterable[str]) -> Mapping[str, list[str]]:
    """Group the objects of all logs by hour, ascending. Other keys are skipped."""
    flows: defaultdict[str, list[str]] = defaultdict(list)
    hours: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        if log := names.parse_log_key(key):
            flows[log.flow_sid].append(key)
            hours[log.hour].append(key)
    for its_keys in flows.values():
        names.log_lengths(its_keys)  # raises, where one is missing
    return dict(sorted(hours.items()))


def _merge(
    day: str,
    hours: Mapping[str, Sequence[str]],
    known: set[str],
    fetch: Fetch,
    on_progress: Callable[[int], None],
) -> _Merged:
    """Merge the logs hour by hour, so that only one hour's rows are in memory."""
    encoder, checksum = ObjectEncoder(), LineChecksum()
    seen: set[str] = set()
    done = 0
    for keys in hours.values():
        for row in _sorted_rows(keys, fetch(keys)):
            if row.sid in seen:
                raise CorruptLogError(f"the logs of {day} have two final lines of {row.sid}")
            seen.add(row.sid)
            checksum = checksum.plus(row.line)
            if row.sid not in known:
                encoder.add(row.line)
        done += len(keys)
        on_progress(done)
    return _Merged(
        checksum, encoder.lines, encoder.finish(), tuple(chain.from_iterable(hours.values()))
    )


def _sorted_rows(keys: Sequence[str], bodies: Iterable[bytes]) -> list[Row]:
    rows = []
    for key, body in zip(keys, bodies, strict=True):
        with reading(key):
            rows += final_rows(body)
    return sorted(rows)


def _proposal(day: str, number: int, merged: _Merged) -> Proposal:
    metadata = {
        "lines": str(merged.added),
        "sha256": merged.encoded.sha256,
        "objects": str(len(merged.keys)),
        "objects-sha256": _names_digest(merged.keys),
        "exporter": VERSION,
    }
    return Proposal(names.part_key(day, number), merged.encoded.body, metadata)


def _check(day: str, parts: _Parts, merged: _Merged) -> None:
    if parts.checksum != merged.checksum or len(parts.sids) != parts.checksum.lines:
        raise CorruptLogError(
            f"{names.part_prefix(day)} and the logs differ:"
            f" {parts.checksum.lines:,} rows, {merged.checksum.lines:,} final lines"
        )


def _put_complete(store: Store, day: str, parts: _Parts, keys: Sequence[str]) -> None:
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
    put_once(store, Proposal(names.complete_key(day, parts.count), body, {"exporter": VERSION}))


def _names_digest(keys: Sequence[str]) -> str:
    """Digest the objects' names, which identify their unchanging content."""
    return hashlib.sha256("".join(f"{key}\n" for key in sorted(keys)).encode()).hexdigest()
