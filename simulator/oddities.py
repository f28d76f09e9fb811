"""Oddities: rows that Twilio's schema does not allow, but an exporter must survive."""

import json
import re
from collections.abc import Callable
from enum import StrEnum

HUGE_BYTES = 5_000_000
_DEEP = 20_000
_BARE = ("sid", "account_sid", "flow_sid", "status", "date_created")


class Oddity(StrEnum):
    NULL_SID = "null_sid"
    MISSING_SID = "missing_sid"
    NUMBER_SID = "number_sid"
    NULL_STATUS = "null_status"
    MISSING_STATUS = "missing_status"
    UNKNOWN_STATUS = "unknown_status"
    NULL_DATE_CREATED = "null_date_created"
    MISSING_DATE_CREATED = "missing_date_created"
    MALFORMED_DATE_CREATED = "malformed_date_created"
    NULL_DATE_UPDATED = "null_date_updated"
    UNKNOWN_FIELDS = "unknown_fields"
    DUPLICATE_KEYS = "duplicate_keys"
    NAN = "nan"
    BIG_INTEGER = "big_integer"
    LONE_SURROGATE = "lone_surrogate"
    RAW_SURROGATE = "raw_surrogate"
    EMOJI = "emoji"
    DEEP = "deep"
    HUGE = "huge"
    NULL_ROW = "null_row"
    MISSING_FIELDS = "missing_fields"
    FIELDS_BY_CASE = "fields_by_case"
    CONTEXT_BY_CASE = "context_by_case"
    CONTEXT_LIST = "context_list"
    CONTEXT_TEXT = "context_text"
    CONTEXT_NUMBER = "context_number"
    CONTEXT_NULL = "context_null"
    CONTEXT_BIG_INTEGER = "context_big_integer"
    CONTEXT_HUGE_NUMBER = "context_huge_number"
    CONTEXT_LINE_SEPARATOR = "context_line_separator"
    CONTEXT_NUL = "context_nul"
    CONTEXT_SURROGATE = "context_surrogate"


def spoil(row: str, oddity: Oddity) -> str:
    """Return the JSON text of the row with the oddity, and nothing else changed."""
    return _SPOILERS[oddity](row)


def _value(name: str, value: str) -> Callable[[str], str]:
    field = re.compile(rf'"{name}": (?:"[^"]*"|null)')
    return lambda row: field.sub(lambda _: f'"{name}": {value}', row, count=1)


def _missing(name: str) -> Callable[[str], str]:
    field = re.compile(rf'"{name}": (?:"[^"]*"|null), ')
    return lambda row: field.sub("", row, count=1)


def _more(fields: str) -> Callable[[str], str]:
    return lambda row: f"{row[:-1]}, {fields}}}"


def _context(value: str) -> Callable[[str], str]:
    """Replace the empty context of Twilio's list, or the null of a Step."""
    field = re.compile(r'"context": (?:{}|null)')
    return lambda row: field.sub(lambda _: f'"context": {value}', row, count=1)


def _sparse(row: str) -> str:
    fields = json.loads(row)
    return json.dumps({name: fields[name] for name in _BARE if name in fields})


_SPOILERS: dict[Oddity, Callable[[str], str]] = {
    Oddity.NULL_SID: _value("sid", "null"),
    Oddity.MISSING_SID: _missing("sid"),
    Oddity.NUMBER_SID: _value("sid", "12"),
    Oddity.NULL_STATUS: _value("status", "null"),
    Oddity.MISSING_STATUS: _missing("status"),
    Oddity.UNKNOWN_STATUS: _value("status", '"paused"'),
    Oddity.NULL_DATE_CREATED: _value("date_created", "null"),
    Oddity.MISSING_DATE_CREATED: _missing("date_created"),
    Oddity.MALFORMED_DATE_CREATED: _value("date_created", '"yesterday"'),
    Oddity.NULL_DATE_UPDATED: _value("date_updated", "null"),
    Oddity.UNKNOWN_FIELDS: _more('"zone": {"b": [1, {"a": null}]}, "Étage": "\\u00e9", "": 0'),
    Oddity.DUPLICATE_KEYS: _more('"zone": 1, "zone": 2'),
    Oddity.NAN: _more('"score": NaN, "least": -Infinity'),
    Oddity.BIG_INTEGER: _more(f'"clicks": {10**40 + 1}, "exact": 0.10000000000000000000001'),
    Oddity.LONE_SURROGATE: _more('"text": "cut \\ud83d"'),
    Oddity.RAW_SURROGATE: _more('"text": "cut \ud83d"'),
    Oddity.EMOJI: _more('"text": "whole \\ud83d\\ude00 and 😀"'),
    Oddity.DEEP: _more(f'"deep": {"[" * _DEEP}{"]" * _DEEP}'),
    Oddity.HUGE: _more(f'"text": "{"a" * HUGE_BYTES}"'),
    Oddity.NULL_ROW: lambda _: "null",
    Oddity.MISSING_FIELDS: _sparse,
    Oddity.FIELDS_BY_CASE: _more('"Status": "other", "SID": 1, "Context": [], "FLOW_SID": null'),
    Oddity.CONTEXT_BY_CASE: _context('{"Digits": "1", "digits": 2, "DIGITS": {"a": 1, "A": [2]}}'),
    Oddity.CONTEXT_LIST: _context('[1, "two", null, {"three": 3}]'),
    Oddity.CONTEXT_TEXT: _context('"just \\"text\\""'),
    Oddity.CONTEXT_NUMBER: _context("12"),
    Oddity.CONTEXT_NULL: _context("null"),
    Oddity.CONTEXT_BIG_INTEGER: _context(f'{{"digits": [{10**40 + 1}]}}'),
    Oddity.CONTEXT_HUGE_NUMBER: _context('{"digits": {"most": 1e400, "least": -1E+400}}'),
    Oddity.CONTEXT_LINE_SEPARATOR: _context('{"text": "a\u2028b\u2029c\x85d"}'),
    Oddity.CONTEXT_NUL: _context('{"text": "a\\u0000b", "digits": 1}'),
    Oddity.CONTEXT_SURROGATE: _context('{"text": "cut \\ud83d", "\\udc00": "\\ud83d\\ude00"}'),
}
