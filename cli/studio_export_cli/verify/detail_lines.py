"""Read of the lines of Steps what `verify --sample` compares. Pure."""

import msgspec

from studio_export.log.reader import child_lines, inflate
from studio_export.twilio import lenient_json


class _Step(msgspec.Struct, gc=False):
    sid: str | None = None


class _Steps(msgspec.Struct, gc=False):
    steps: list[_Step] | None = None


_steps = msgspec.json.Decoder(_Steps)


def step_sids(line: bytes) -> frozenset[str]:
    """Return the Sids of the Steps in a line; none if it has no content.

    Raises:
        ValueError: the line is unreadable.
    """
    try:
        steps = _steps.decode(line).steps or []
        return frozenset(step.sid for step in steps if step.sid)
    except (msgspec.DecodeError, RecursionError):
        text = lenient_json.members(line.decode()).get("steps", "null")
        elements = [] if text == "null" else lenient_json.elements(text)
        sids = (lenient_json.string(lenient_json.members(step).get("sid")) for step in elements)
        return frozenset(sid for sid in sids if sid)


def find_line(body: bytes, execution_sid: str) -> bytes:
    """Return the Execution's line of an object.

    Raises:
        ValueError: it has none, or is unreadable.
    """
    text = inflate(body)
    for line, fields in zip(text.split(b"\n"), child_lines(text), strict=False):
        if fields.execution_sid == execution_sid:
            return line
    raise ValueError("the object has no such line")
