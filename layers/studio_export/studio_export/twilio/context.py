"""Parse the Context of an Execution: Twilio's own object on one line. Pure."""

import msgspec

from studio_export.errors import InvalidPageError
from studio_export.twilio import lenient_json
from studio_export.twilio.envelope import on_one_line, utf8


class _Fields(msgspec.Struct):
    execution_sid: str | None = None


def parse_context(body: bytes, execution_sid: str) -> bytes:
    """Return the object's text without line ends.

    Raises:
        InvalidPageError: not an object with a `context`, or that of another Execution.
    """
    body = utf8(body).strip()
    try:
        text = on_one_line(body)
        of, has_context = _strict(text)
    except (msgspec.DecodeError, RecursionError):
        text, of, has_context = _lenient(body)
    if not has_context:
        raise InvalidPageError("the answer is not a Context")
    if of != execution_sid:
        raise InvalidPageError("the Context does not name the Execution that was asked for")
    return text


def _strict(text: bytes) -> tuple[str | None, bool]:
    fields = msgspec.json.decode(text, type=_Fields)
    return fields.execution_sid, "context" in msgspec.json.decode(text, type=dict[str, msgspec.Raw])


def _lenient(body: bytes) -> tuple[bytes, str | None, bool]:
    try:
        text = lenient_json.compact(body.decode())
        members = lenient_json.members(text)
    except (ValueError, RecursionError) as error:
        raise InvalidPageError("the answer is not a Context") from error
    return text.encode(), lenient_json.string(members.get("execution_sid")), "context" in members
