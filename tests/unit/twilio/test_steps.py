"""The Steps of a page keep their texts, in the list's order."""

import json
from typing import Any

import pytest

from studio_export.errors import InvalidPageError
from studio_export.twilio.steps import parse_steps

SID = "FN" + "1" * 32


def step(**fields: Any) -> dict[str, Any]:
    return {"sid": "FT1", "execution_sid": SID, "transitioned_to": "menu", **fields}


def page(*steps: str, key: str = "steps", following: str | None = None) -> bytes:
    meta = json.dumps({"key": key, "next_page_url": following})
    return f'{{"meta":{meta},"steps":[{",".join(steps)}]}}'.encode()


def test_each_step_keeps_its_bytes_and_its_place() -> None:
    texts = ['{"sid":"FT2", "n":1.50,"n":2}', '{"sid":null,"transitioned_to":"Ended"}']
    found = parse_steps(page(*texts, following="https://x/next"), SID)
    assert [each.text.decode() for each in found.steps] == texts
    assert [(each.sid, each.transitioned_to) for each in found.steps] == [
        ("FT2", None),
        (None, "Ended"),
    ]
    assert found.next_page_url == "https://x/next"


def test_line_ends_between_tokens_are_removed() -> None:
    body = json.dumps(json.loads(page(json.dumps(step()))), indent=2).encode()
    text = parse_steps(body, SID).steps[0].text
    assert b"\n" not in text
    assert json.loads(text) == step()


@pytest.mark.parametrize("odd", ["NaN", '"\\ud800"', "1" * 5000, "[" * 2000 + "]" * 2000])
def test_what_a_strict_parser_refuses_is_a_step_all_the_same(odd: str) -> None:
    text = json.dumps(step()).replace("}", f', "odd": {odd}}}')
    found = parse_steps(page(text, '{"sid": 7}'), SID).steps
    assert [each.sid for each in found] == ["FT1", None]


def test_a_step_of_another_execution_spoils_the_page() -> None:
    with pytest.raises(InvalidPageError, match="another Execution"):
        parse_steps(page(json.dumps(step(execution_sid="FN2"))), SID)


@pytest.mark.parametrize(
    "body",
    [
        page(key="executions"),
        b"<html>",
        b"[]",
        b'{"meta":{"key":"steps"},"steps":null}',
        b'{"meta":{"key":"steps"},"steps":[7]}',
    ],
)
def test_what_is_no_page_of_steps_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidPageError):
        parse_steps(body, SID)
