"""The tables that a part becomes as Parquet: their columns, and the rows of a line. Pure.

A table of lines has a row for each, and the line verbatim, so nothing is lost. The flat table of
Steps has a row for each Step, as the view `steps` of the query pages.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio_export.log.keys import CONTEXTS, EXECUTIONS, STEPS
from studio_export.log.part_keys import Kind
from studio_export_cli.compact.json_values import (
    as_instant,
    as_number,
    as_text,
    elements,
    members,
)

Row = dict[str, Any]
_Read = Callable[[bytes | None], Any]

LINE = "line"

_EXECUTION = (
    *("sid", "account_sid", "flow_sid", "contact_channel_address", "contact_sid", "flow_version"),
    *("context", "status", "date_created", "date_updated", "initiated_by", "url", "links"),
)
_CONTEXT = ("account_sid", "context", "flow_sid", "execution_sid", "url", "missing")
_STEP_LIST = ("execution_sid", "flow_sid", "steps", "missing")
_STEP = (
    *("sid", "account_sid", "flow_sid", "execution_sid", "parent_step_sid", "name", "context"),
    *("transitioned_from", "transitioned_to", "type", "date_created", "date_updated", "url"),
    "links",
)
_OF_EXECUTION = ("flow_sid", "execution_sid")
_OF_STEP = (
    *("name", "parent_step_sid", "transitioned_from", "transitioned_to", "type", "date_created"),
)
_FLAT = (*_OF_EXECUTION, "n", "last_n", "step_sid", *_OF_STEP)

_NUMBERS = {"flow_version", "n", "last_n"}
_INSTANTS = {"date_created", "date_updated"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        columns: their names, in the order of the data contract.
        rows: the rows of a line.
        compared: the columns that prove that a copy has what its part has.
    """

    columns: tuple[str, ...]
    rows: Callable[[bytes], Iterator[Row]]
    compared: tuple[str, ...]

    def schema(self, pa: Any) -> Any:
        return pa.schema([(name, _type(pa, name)) for name in self.columns])

    def expected(self, line: bytes) -> Iterator[Row]:
        """Return what the compared columns must have of a line."""
        return iter([{LINE: line.decode()}]) if self.compared == (LINE,) else self.rows(line)


def _type(pa: Any, name: str) -> Any:
    if name == "steps":
        return pa.list_(pa.struct([(field, _type(pa, field)) for field in _STEP]))
    if name in _INSTANTS:
        return pa.timestamp("us", tz="UTC")
    return pa.int64() if name in _NUMBERS else pa.string()


def _reader(name: str) -> _Read:
    if name == "steps":
        return _steps
    if name in _INSTANTS:
        return as_instant
    return as_number if name in _NUMBERS else as_text


def _reader_of(names: Sequence[str]) -> Callable[[Mapping[str, bytes]], Row]:
    """Return a function that reads these members of an object."""
    readers = [(name, _reader(name)) for name in names]
    return lambda found: {name: read(found.get(name)) for name, read in readers}


_read_step = _reader_of(_STEP)
_read_execution_of_step = _reader_of(_OF_EXECUTION)
_read_flat_step = _reader_of(_OF_STEP)


def _steps(value: bytes | None) -> list[Row] | None:
    listed = elements(value)
    return None if listed is None else [_read_step(members(step)) for step in listed]


def _of_lines(columns: tuple[str, ...]) -> Table:
    read = _reader_of(columns)

    def rows(line: bytes) -> Iterator[Row]:
        yield {**read(members(line)), LINE: line.decode()}

    return Table((*columns, LINE), rows, (LINE,))


def _step_rows(line: bytes) -> Iterator[Row]:
    """Yield a row for each Step, the oldest first: Twilio lists the newest first."""
    found = members(line)
    of_execution = _read_execution_of_step(found)
    listed = (elements(found.get("steps")) or [])[::-1]
    for n, text in enumerate(listed, 1):
        step = members(text)
        place = {"n": n, "last_n": len(listed), "step_sid": as_text(step.get("sid"))}
        yield {**of_execution, **place, **_read_flat_step(step)}


TABLES: Mapping[tuple[str, Kind], Table] = {
    (EXECUTIONS, Kind.PARQUET): _of_lines(_EXECUTION),
    (STEPS, Kind.PARQUET): _of_lines(_STEP_LIST),
    (STEPS, Kind.FLAT): Table(_FLAT, _step_rows, _FLAT),
    (CONTEXTS, Kind.PARQUET): _of_lines(_CONTEXT),
}
