"""Parse one page of a list: bytes to records with unchanged JSON texts. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from studio_export.errors import InvalidPageError
from studio_export.instants import parse_instant
from studio_export.model import is_flow_sid
from studio_export.twilio import lenient_json
from studio_export.twilio.envelope import Meta, check_key, on_one_line, utf8
from studio_export.twilio.record import Record


@dataclass(frozen=True, slots=True)
class Page:
    """A page of Executions.

    Attributes:
        rejected: the texts of records without a usable `sid` or `date_created`.
        next_page_url: None on the last page.
    """

    records: list[Record]
    rejected: list[bytes]
    next_page_url: str | None


class _Fields(msgspec.Struct, gc=False):
    sid: str | None = None
    status: str | None = None
    date_created: str | None = None


class _Texts(msgspec.Struct):
    meta: Meta
    executions: list[msgspec.Raw]


class _Executions(msgspec.Struct):
    executions: list[_Fields]


class FlowsPage(NamedTuple):
    """A page of the list of Flows.

    Attributes:
        unusable_rows: the numbers, from 1, of rows without a Flow's Sid.
        names: the friendly names by Sid, of those that have one.
    """

    sids: list[str]
    unusable_rows: list[int]
    next_page_url: str | None
    names: Mapping[str, str] = MappingProxyType({})


class _Flows(msgspec.Struct):
    meta: Meta
    flows: list[Any]


_texts = msgspec.json.Decoder(_Texts)
_executions = msgspec.json.Decoder(_Executions)


def parse_flows(body: bytes) -> FlowsPage:
    """Parse a page of Flows. A Sid becomes part of URLs, keys and log lines: its form is checked.

    Raises:
        InvalidPageError: not a page of Flows.
    """
    try:
        # json is lenient: a lone surrogate in one Flow's name must not hide all Flows.
        page = msgspec.convert(json.loads(utf8(body), strict=False), _Flows)
    except (ValueError, RecursionError) as error:
        raise InvalidPageError("the page of Flows is unreadable") from error
    check_key(page.meta.key, "flows")
    flows = [flow if isinstance(flow, dict) else {} for flow in page.flows]
    sids = [flow.get("sid") for flow in flows]
    unusable = [row for row, sid in enumerate(sids, 1) if not is_flow_sid(sid)]
    names = {
        sid: name
        for sid, flow in zip(sids, flows, strict=True)
        if is_flow_sid(sid) and isinstance(name := flow.get("friendly_name"), str)
    }
    usable = [sid for sid in sids if is_flow_sid(sid)]
    return FlowsPage(usable, unusable, page.meta.next_page_url, names)


def parse_executions(body: bytes) -> Page:
    """Parse a page of Executions; the records keep their texts.

    White space between tokens is removed if the page has line ends. A byte that is not UTF-8 and
    a lone surrogate become U+FFFD: readers reject both.

    Raises:
        InvalidPageError: not a page of Executions.
    """
    if not body.isascii():
        body = utf8(body)
    try:
        body = on_one_line(body)
        texts, fields = _texts.decode(body), _executions.decode(body).executions
    except (msgspec.DecodeError, RecursionError):
        return _parse_leniently(body)
    check_key(texts.meta.key, "executions")
    records, rejected = _records(texts.executions, fields)
    return Page(records, rejected, texts.meta.next_page_url)


def _records(texts: list[msgspec.Raw], fields: list[_Fields]) -> tuple[list[Record], list[bytes]]:
    """Return the records, and the texts of the rejected ones.

    It works by column, in C loops: 0.3 us a record instead of 0.7 us.
    """
    sids = [field.sid for field in fields]
    statuses = [field.status for field in fields]
    created = _instants([field.date_created for field in fields])
    rejected: list[bytes] = []
    if not (all(sids) and all(created)):
        usable = [bool(sid and instant) for sid, instant in zip(sids, created, strict=True)]
        rejected = [bytes(text) for text, good in zip(texts, usable, strict=True) if not good]
        sids, statuses = list(compress(sids, usable)), list(compress(statuses, usable))
        created, texts = list(compress(created, usable)), list(compress(texts, usable))
    return list(map(Record, sids, statuses, created, texts)), rejected  # type: ignore[arg-type]  # the None values were removed


def _parse_leniently(body: bytes) -> Page:
    try:
        page = lenient_json.members(body.decode())
        meta = msgspec.json.decode(page["meta"], type=Meta)
        texts = lenient_json.elements(page["executions"])
    except (ValueError, KeyError, RecursionError) as error:
        raise InvalidPageError("the page is not a page of Executions") from error
    check_key(meta.key, "executions")
    records, rejected = [], []
    for text in texts:
        record = _record(text)
        if record:
            records.append(record)
        else:
            rejected.append(text.encode())
    return Page(records, rejected, meta.next_page_url)


def _record(text: str) -> Record | None:
    try:
        # As floats, integers may have any number of digits.
        fields: Any = json.loads(text, parse_int=float)
    except (ValueError, RecursionError):
        return None  # no reader could parse it either
    match fields:
        case {"sid": str(sid), "date_created": str(date_created)} if sid:
            created = parse_instant(date_created)
        case _:
            return None
    status = fields.get("status")
    known_status = status if isinstance(status, str) else None
    return Record(sid, known_status, created, text.encode()) if created else None


def _instants(texts: list[str | None]) -> Sequence[datetime | None]:
    try:
        instants = list(map(datetime.fromisoformat, texts))  # type: ignore[arg-type]  # it refuses None
    except (TypeError, ValueError):
        return [parse_instant(text) for text in texts]
    if [instant.tzinfo for instant in instants].count(UTC) == len(instants):
        return instants
    return [parse_instant(text) for text in texts]
