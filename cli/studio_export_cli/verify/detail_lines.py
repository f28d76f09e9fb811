"""Read the lines of Steps and Contexts, as far as `verify` needs them. Pure."""

import json
from typing import NamedTuple

import msgspec

from studio_export.log.reader import inflate
from studio_export.twilio import lenient_json


class DetailLine(NamedTuple):
    """`missing`: why it has no content; None if it has."""

    execution_sid: str
    missing: str | None


class _Line(msgspec.Struct, gc=False):
    execution_sid: str
    missing: str | None = None


class _Step(msgspec.Struct, gc=False):
    sid: str | None = None


class _Steps(msgspec.Struct, gc=False):
    steps: list[_Step] | None = None


_line = msgspec.json.Decoder(_Line)
_steps = msgspec.json.Decoder(_Steps)


def read_lines(text: bytes) -> list[DetailLine]:
    """Return the lines of an object's text.

    Raises:
        ValueError: a line is no JSON object with an `execution_sid`.
    """
    return [_read(line) for line in text.split(b"\n")[:-1]]


def step_sids(line: bytes) -> frozenset[str]:
    """Return the Sids of the Steps in a line; none if it has no content.

    Raises:
        ValueError: the line is unreadable.
    """
    try:
        steps = _steps.decode(line).steps or []
        return frozenset(step.sid for step in steps if step.sid)
    except (msgspec.DecodeError, RecursionError):
        steps_text = lenient_json.members(line.decode()).get("steps", "null")
        elements = [] if steps_text == "null" else lenient_json.elements(steps_text)
        sids = (_string(lenient_json.members(step).get("sid")) for step in elements)
        return frozenset(sid for sid in sids if sid)


def find_line(body: bytes, execution_sid: str) -> bytes:
    """Return the Execution's line of an object.

    Raises:
        ValueError: it has none, or is unreadable.
    """
    for line in inflate(body).split(b"\n")[:-1]:
        if _read(line).execution_sid == execution_sid:
            return line
    raise ValueError("the object has no such line")


def _read(line: bytes) -> DetailLine:
    try:
        found = _line.decode(line)
        return DetailLine(found.execution_sid, found.missing)
    except (msgspec.DecodeError, RecursionError):
        members = lenient_json.members(line.decode())
    sid, missing = (_string(members.get(name)) for name in _Line.__struct_fields__)
    if sid is None:
        raise ValueError("a line has no execution_sid")
    return DetailLine(sid, missing)


def _string(text: str | None) -> str | None:
    return str(json.loads(text)) if text and text.startswith('"') else None
