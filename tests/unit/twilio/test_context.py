"""A Context is Twilio's own object on one line, of the Execution that was asked for."""

import json

import pytest

from studio_export.errors import InvalidPageError
from studio_export.twilio.context import parse_context

SID = "FN" + "1" * 32


def test_the_object_keeps_its_bytes() -> None:
    body = f'{{"execution_sid":"{SID}",  "context":{{"a":1.50,"a":2}}}}'.encode()
    assert parse_context(body, SID) == body


def test_line_ends_between_tokens_are_removed() -> None:
    fields = {"execution_sid": SID, "context": {"text": "two\nlines"}}
    text = parse_context(json.dumps(fields, indent=2).encode(), SID)
    assert b"\n" not in text
    assert json.loads(text) == fields


def test_what_a_strict_parser_refuses_is_a_context_all_the_same() -> None:
    body = f'{{"execution_sid":"{SID}",\n"context":{{"a":NaN}}}}'.encode()
    assert parse_context(body, SID) == body.replace(b"\n", b"")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b"{}",
        f'{{"execution_sid":"{SID}"}}'.encode(),
        b'{"execution_sid":"FN2","context":{}}',
        b'{"execution_sid":null,"context":{}}',
        b'{"execution_sid":7,"context":{}}',
    ],
)
def test_another_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidPageError):
        parse_context(body, SID)
