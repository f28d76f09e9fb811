"""Write the parts of a day as Parquet. This needs pyarrow, the extra `parquet`."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from itertools import chain, zip_longest
from typing import Any, NamedTuple

from studio_export.compaction.days import Parts
from studio_export.errors import CorruptLogError
from studio_export.log.part_keys import Kind, copies_of, part_key
from studio_export.log.reader import lines
from studio_export.ports import Store
from studio_export.version import VERSION
from studio_export_cli.compact.tables import TABLES, Row, Table

# What is in memory at a time. A reader skips a row group whose dates do not match its query.
_GROUP_ROWS = 10_000
_GROUP_BYTES = 64_000_000  # of lines: a Context has no known limit


class Arrow(NamedTuple):
    pa: Any
    pq: Any


def arrow() -> Arrow | None:
    """Return the library; None if it is not installed."""
    if find_spec("pyarrow") is None:
        return None
    return Arrow(import_module("pyarrow"), import_module("pyarrow.parquet"))


def missing_copies(folder: str, parts: Parts) -> list[tuple[int, Kind]]:
    """Return the parts of a dataset's day that have no Parquet object, in each of its forms."""
    return sorted(
        (number, kind) for kind in copies_of(folder) for number in parts.lines - parts.of(kind)
    )


def write_missing(arrow: Arrow, store: Store, folder: str, day: str, parts: Parts) -> int:
    """Write each Parquet copy that a part lacks, read it back, and count the copies.

    Raises:
        CorruptLogError: a part is unreadable, or its copy does not have the same rows.
    """
    missing = missing_copies(folder, parts)
    for number, kind in missing:
        table = TABLES[folder, kind]
        part, key = store.get(part_key(folder, day, number)), part_key(folder, day, number, kind)
        try:
            store.put_if_absent(key, as_parquet(arrow, table, part), {"exporter": VERSION})
            expected = chain.from_iterable(map(table.expected, lines(part)))
            copy = _rows(arrow, table, store.get(key))
            same = all(a == b for a, b in zip_longest(expected, copy))
        except (ValueError, arrow.pa.ArrowException) as error:
            raise CorruptLogError(f"{key} is unreadable: {error}") from error
        if not same:
            raise CorruptLogError(
                f"{key} does not have the rows of its part. Delete it, and run compact again."
            )
    return len(missing)


def as_parquet(arrow: Arrow, table: Table, part: bytes) -> bytes:
    """Convert a part to Parquet."""
    schema = table.schema(arrow.pa)
    sink = arrow.pa.BufferOutputStream()
    with arrow.pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for group in _groups(table, lines(part)):
            writer.write_batch(arrow.pa.RecordBatch.from_pylist(group, schema))
    body: bytes = sink.getvalue().to_pybytes()
    return body


def _groups(table: Table, part: Iterable[bytes]) -> Iterator[list[Row]]:
    group: list[Row] = []
    size_bytes = 0
    for line in part:
        group += table.rows(line)
        size_bytes += len(line)
        if len(group) >= _GROUP_ROWS or size_bytes >= _GROUP_BYTES:
            yield group
            group, size_bytes = [], 0
    if group:
        yield group


def _rows(arrow: Arrow, table: Table, body: bytes) -> Iterator[Row]:
    file = arrow.pq.ParquetFile(arrow.pa.BufferReader(body))
    columns = list(table.compared)
    for batch in file.iter_batches(batch_size=_GROUP_ROWS, columns=columns):
        yield from batch.to_pylist()
