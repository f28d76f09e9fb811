"""Parse a page of an Execution's Steps: the Steps keep their texts. Pure."""

from typing import NamedTuple

import msgspec

from studio_export.errors import InvalidPageError
from studio_export.twilio import lenient_json
from studio_export.twilio.envelope import Meta, check_key, on_one_line, utf8

ENDED_WIDGET = "Ended"  # where the last transition of a whole path leads


class Step(msgspec.Struct, frozen=True):
    """One transition, as Twilio lists it; its text is Twilio's own JSON on one line."""

    sid: str | None
    transitioned_to: str | None
    text: bytes


class StepsPage(NamedTuple):
    """A page of Steps, newest first; `next_page_url` is None on the last one."""

    steps: list[Step]
    next_page_url: str | None


class _Texts(msgspec.Struct):
    meta: Meta
    steps: list[msgspec.Raw]


class _Fields(msgspec.Struct):
    sid: str | None = None
    execution_sid: str | None = None
    transitioned_to: str | None = None


class _Steps(msgspec.Struct):
    steps: list[_Fields]


_texts = msgspec.json.Decoder(_Texts)
_steps = msgspec.json.Decoder(_Steps)


def parse_steps(body: bytes, execution_sid: str) -> StepsPage:
    """Parse a page of the Steps of one Execution.

    Raises:
        InvalidPageError: not a page of Steps, or one of another Execution.
    """
    body = utf8(body)
    try:
        body = on_one_line(body)
        page, fields = _texts.decode(body), _steps.decode(body).steps
        meta, texts = page.meta, list(map(bytes, page.steps))
    except (msgspec.DecodeError, RecursionError):
        meta, texts, fields = _split_leniently(body)
    check_key(meta.key, "steps")
    if any(each.execution_sid not in {None, execution_sid} for each in fields):
        raise InvalidPageError("a Step is of another Execution")
    steps = [
        Step(each.sid, each.transitioned_to, text) for each, text in zip(fields, texts, strict=True)
    ]
    return StepsPage(steps, meta.next_page_url)


def _split_leniently(body: bytes) -> tuple[Meta, list[bytes], list[_Fields]]:
    try:
        page = lenient_json.members(body.decode())
        meta = msgspec.json.decode(page["meta"], type=Meta)
        texts = lenient_json.elements(page["steps"])
        return meta, [text.encode() for text in texts], list(map(_fields_of, texts))
    except (ValueError, KeyError, RecursionError) as error:
        raise InvalidPageError("the page is not a page of Steps") from error


def _fields_of(text: str) -> _Fields:
    members = lenient_json.members(text)
    names = _Fields.__struct_fields__
    return _Fields(*(lenient_json.string(members.get(name)) for name in names))
