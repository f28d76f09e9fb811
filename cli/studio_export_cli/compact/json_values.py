"""Read lines and their values for columns. Pure.

A text column has the JSON text of a value that is not a string.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from studio_export.instants import parse_instant
from studio_export.twilio import lenient_json

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_elements = msgspec.json.Decoder(list[msgspec.Raw])
_text = msgspec.json.Decoder(str)


def members(line: bytes) -> Mapping[str, bytes]:
    """Return the JSON text of each member of an object.

    Raises:
        ValueError: it is no object.
    """
    try:
        return {key: bytes(value) for key, value in _members.decode(line).items()}
    except (msgspec.DecodeError, RecursionError):
        plain = lenient_json.members(line.decode())
        return {key: value.encode() for key, value in plain.items()}


def elements(value: bytes | None) -> list[bytes] | None:
    """Return the JSON text of each element of an array; None if it is null or absent.

    Raises:
        ValueError: it is another value.
    """
    if value is None or value == b"null":
        return None
    try:
        return [bytes(each) for each in _elements.decode(value)]
    except (msgspec.DecodeError, RecursionError):
        return [each.encode() for each in lenient_json.elements(value.decode())]


def as_text(value: bytes | None) -> str | None:
    if value is None or value == b"null":
        return None
    return _text.decode(value) if value.startswith(b'"') else value.decode()


def as_number(value: bytes | None) -> int | None:
    """Return a 64-bit integer; None for any other value."""
    try:
        number = int(value or b"")
    except ValueError:
        return None
    return number if -(1 << 63) <= number < 1 << 63 else None


def as_instant(value: bytes | None) -> datetime | None:
    return parse_instant(as_text(value))
