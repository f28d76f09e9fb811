"""Write the parts of a day as Parquet. This needs pyarrow, the extra `parquet`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import islice, zip_longest
from typing import Any, NamedTuple

import msgspec

from studio_export.compaction.days import Parts
from studio_export.errors import CorruptLogError
from studio_export.instants import parse_instant
from studio_export.log.keys import parquet_key, part_key
from studio_export.log.reader import lines
from studio_export.ports import Store
from studio_export.twilio import lenient_json
from studio_export.version import VERSION

# The columns, in the order of the data contract; the others are text.
_COLUMNS = (
    *("sid", "account_sid", "flow_sid", "contact_channel_address", "contact_sid", "flow_version"),
    *("context", "status", "date_created", "date_updated", "initiated_by", "url", "links"),
)
_NUMBERS = {"flow_version"}
_INSTANTS = {"date_created", "date_updated"}

# Rows in memory at a time. A reader skips a row group whose dates do not match its query.
_GROUP_ROWS = 10_000

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_text = msgspec.json.Decoder(str)


class Arrow(NamedTuple):
    pa: Any
    pq: Any


def arrow() -> Arrow | None:
    """Return the library; None if it is not installed."""
    if find_spec("pyarrow") is None:
        return None
    return Arrow(import_module("pyarrow"), import_module("pyarrow.parquet"))


def write_missing(arrow: Arrow, store: Store, day: str, parts: Parts) -> int:
    """Write a Parquet copy of each part that has none, read it back, and count the copies.

    Raises:
        CorruptLogError: a part is unreadable, or its copy does not have the same lines.
    """
    missing = sorted(parts.without_parquet)
    for number in missing:
        part, key = store.get(part_key(day, number)), parquet_key(day, number)
        try:
            store.put_if_absent(key, as_parquet(arrow, part), {"exporter": VERSION})
            copy = _lines(arrow, store.get(key))
            same = all(a == b for a, b in zip_longest(lines(part), copy))
        except (ValueError, arrow.pa.ArrowException) as error:
            raise CorruptLogError(f"{key} is unreadable: {error}") from error
        if not same:
            raise CorruptLogError(
                f"{key} does not have the lines of its part. Delete it, and run compact again."
            )
    return len(missing)


def as_parquet(arrow: Arrow, part: bytes) -> bytes:
    """Convert a part to Parquet. The column `line` has each row verbatim, so nothing is lost.

    A text column has the JSON text of each value that is not a string.
    """
    schema = _schema(arrow.pa)
    sink = arrow.pa.BufferOutputStream()
    with arrow.pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        rows = lines(part)
        while group := list(islice(rows, _GROUP_ROWS)):
            columns = _columns(group)
            writer.write_batch(arrow.pa.RecordBatch.from_pydict(columns, schema))
    body: bytes = sink.getvalue().to_pybytes()
    return body


def _schema(pa: Any) -> Any:
    def kind(name: str) -> Any:
        if name in _INSTANTS:
            return pa.timestamp("us", tz="UTC")
        return pa.int64() if name in _NUMBERS else pa.string()

    return pa.schema([(name, kind(name)) for name in (*_COLUMNS, "line")])


def _columns(group: Sequence[bytes]) -> dict[str, list[Any]]:
    members = [_values(line) for line in group]
    columns = {name: [_read(name)(each.get(name)) for each in members] for name in _COLUMNS}
    return {**columns, "line": [line.decode() for line in group]}


def _read(name: str) -> Callable[[bytes | None], Any]:
    if name in _INSTANTS:
        return lambda value: parse_instant(_as_text(value))
    return _as_number if name in _NUMBERS else _as_text


def _values(line: bytes) -> Mapping[str, bytes]:
    """The JSON text of each member."""
    try:
        return {key: bytes(value) for key, value in _members.decode(line).items()}
    except (msgspec.DecodeError, RecursionError):
        plain = lenient_json.members(line.decode())
        return {key: value.encode() for key, value in plain.items()}


def _as_text(value: bytes | None) -> str | None:
    if value is None or value == b"null":
        return None
    return _text.decode(value) if value.startswith(b'"') else value.decode()


def _as_number(value: bytes | None) -> int | None:
    try:
        number = int(value or b"")
    except ValueError:
        return None
    return number if -(1 << 63) <= number < 1 << 63 else None


def _lines(arrow: Arrow, body: bytes) -> Iterator[bytes]:
    file = arrow.pq.ParquetFile(arrow.pa.BufferReader(body))
    for batch in file.iter_batches(batch_size=_GROUP_ROWS, columns=["line"]):
        yield from (text.as_py().encode() for text in batch.column(0))
