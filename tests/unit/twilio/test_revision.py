"""Of a revision the widgets and their transitions are kept, and nothing that may be secret."""

import json
from typing import Any

import pytest

from studio_export.errors import InvalidPageError
from studio_export.twilio.revision import parse_revision

FLOW = "FW" + "1" * 32
SECRET = "https://user:password@example.com"


def revision(**fields: Any) -> bytes:
    state = {
        "name": "http_1",
        "type": "make-http-request",
        "transitions": [{"event": "success", "next": "menu", "conditions": [{"value": SECRET}]}],
        "properties": {"url": SECRET},
    }
    definition = {"initial_state": "Trigger", "states": [state], "flags": {"x": SECRET}}
    known = {"sid": FLOW, "revision": 17, "friendly_name": "Support", "definition": definition}
    return json.dumps({**known, "errors": [{"message": SECRET}], **fields}).encode()


def test_the_widgets_and_their_transitions_are_kept_and_no_property() -> None:
    line = parse_revision(revision(), FLOW, 17)
    assert SECRET.encode() not in line
    assert json.loads(line) == {
        "sid": FLOW,
        "friendly_name": "Support",
        "revision": 17,
        "definition": {
            "initial_state": "Trigger",
            "states": [
                {
                    "name": "http_1",
                    "type": "make-http-request",
                    "transitions": [{"event": "success", "next": "menu"}],
                }
            ],
        },
    }


@pytest.mark.parametrize("definition", [None, [], "text", {"states": None}, {"states": [7]}])
def test_a_definition_of_another_shape_is_no_error(definition: Any) -> None:
    line = json.loads(parse_revision(revision(definition=definition), FLOW, 17))
    assert line["definition"] in (None, {"initial_state": None, "states": []})


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", revision(revision=16), revision(sid="FW2")]
)
def test_another_answer_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidPageError):
        parse_revision(body, FLOW, 17)
