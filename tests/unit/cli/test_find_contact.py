import json

import pytest

from studio_export_cli.find_contact.contact import Contact, Mention

_NUMBER = "+15551234567"
_CONTACT = Contact((_NUMBER,))


def _fields(**record: object) -> tuple[str, ...] | None:
    line = json.dumps({"sid": "FN1", **record}).encode() + b"\n"
    mentions = list(_CONTACT.mentions(line))
    return mentions[0].fields if mentions else None


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        ({"contact_channel_address": _NUMBER}, ("contact_channel_address",)),
        ({"contact_channel_address": f"whatsapp:{_NUMBER}"}, ("contact_channel_address",)),
        ({"context": {"a": [{"From": f"tel {_NUMBER}."}]}}, ("context",)),
        ({"context": {_NUMBER: 1}}, ("context",)),
        ({"context": f'{{"From": "{_NUMBER}"}}'}, ("context",)),
        ({"contact_sid": "FC1", "url": f"https://x/{_NUMBER}"}, ("elsewhere",)),
        (
            {"contact_channel_address": _NUMBER, "context": {"From": _NUMBER}},
            ("contact_channel_address", "context"),
        ),
        ({"contact_channel_address": "+15551234568"}, None),
    ],
)
def test_a_line_contains_a_contact_in_some_fields(
    record: dict[str, object], fields: tuple[str, ...] | None
) -> None:
    assert _fields(**record) == fields


def test_a_name_written_with_escapes_is_found() -> None:
    line = b'{"sid": "FN1", "context": {"From": "\\u002b1555\\u0031234567"}}\n'
    assert list(_CONTACT.mentions(line)) == [Mention(1, "FN1", ("context",))]


def test_a_json_number_can_be_a_name() -> None:
    line = b'{"sid": "FN1", "context": {"digits": 15551234567}}\n'
    assert list(Contact(("15551234567",)).mentions(line)) == [Mention(1, "FN1", ("context",))]


def test_lines_are_numbered_from_one() -> None:
    other, named = b'{"sid": "FN0"}\n', b'{"sid": "FN1", "contact_sid": "+15551234567"}\n'
    assert [each.line for each in _CONTACT.mentions(other + named + other + named)] == [2, 4]


def test_a_line_that_is_not_an_object_is_found_by_its_bytes() -> None:
    assert list(_CONTACT.mentions(b'["+15551234567"\n')) == [Mention(1, "", ("elsewhere",))]
