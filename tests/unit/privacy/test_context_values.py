"""A Context keeps its keys; of its values only those that the settings name."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio_export.errors import InvalidPageError
from studio_export.privacy.context_values import keep_values, parse_kept_values
from studio_export.privacy.policy import parse_policy
from studio_export.privacy.policy_redaction import PolicyRedaction

CONTEXT = {
    "widgets": {
        "menu": {"Digits": "4711", "attempts": 2, "parsed": {"ok": True, "names": ["Ann", None]}},
        "ask": {"Digits": "0"},
    },
    "contact": {"channel": {"address": "+15550101"}},
    "flow": {"variables": {"reason": "invoice"}},
}
KEY = "k" * 32


def kept(text: str, context: Any = CONTEXT) -> Any:
    body = json.dumps({"execution_sid": "FN1", "context": context}).encode()
    return json.loads(keep_values(parse_kept_values(text))(body))["context"]


def test_by_default_each_value_becomes_the_name_of_its_type() -> None:
    assert kept("") == {
        "widgets": {
            "menu": {
                "Digits": "string",
                "attempts": "number",
                "parsed": {"ok": "boolean", "names": ["string", None]},
            },
            "ask": {"Digits": "string"},
        },
        "contact": {"channel": {"address": "string"}},
        "flow": {"variables": {"reason": "string"}},
    }


@pytest.mark.parametrize("text", ["", "pin", "context.pin", "widgets.menu.Digits"])
def test_what_twilio_adds_beside_the_context_keeps_no_value_either(text: str) -> None:
    body = {
        "execution_sid": "FN1",
        "url": "https://x",
        "context": CONTEXT,
        "Context": CONTEXT,
        "pin": "4711",
        "widgets": CONTEXT["widgets"],
    }
    found = json.loads(keep_values(parse_kept_values(text))(json.dumps(body).encode()))
    assert (found["execution_sid"], found["url"]) == ("FN1", "https://x")
    assert (found["Context"], found["pin"]) == (kept(""), "string")
    assert found["widgets"] == kept("")["widgets"]


def test_an_address_that_is_dropped_is_dropped_from_a_list_too() -> None:
    context = {"contact": {"channel": {"address": ["+15550101", "+15550102"]}}}
    body = json.dumps({"execution_sid": "FN1", "context": context}).encode()
    drop = keep_values(parse_kept_values("contact.channel.address"), lambda _: None)
    assert json.loads(drop(body))["context"]["contact"]["channel"]["address"] == []


def test_a_named_path_keeps_its_value_and_no_other() -> None:
    found = kept("widgets.menu.Digits, flow.variables.reason")
    assert found["widgets"]["menu"]["Digits"] == "4711"
    assert found["widgets"]["ask"]["Digits"] == "string"
    assert found["flow"]["variables"]["reason"] == "invoice"


def test_a_star_stands_for_the_name_of_a_widget() -> None:
    found = kept("widgets.*.Digits")["widgets"]
    assert [found["menu"]["Digits"], found["ask"]["Digits"]] == ["4711", "0"]


def test_the_elements_of_an_array_have_its_path() -> None:
    assert kept("widgets.menu.parsed.names")["widgets"]["menu"]["parsed"]["names"] == ["Ann", None]


def test_a_path_to_an_object_keeps_nothing_in_it() -> None:
    assert kept("widgets.menu") == kept("")


def test_a_star_alone_keeps_the_bytes() -> None:
    body = b'{"execution_sid":"FN1",  "context":{"a":1.50,"a":2}}'
    assert keep_values(parse_kept_values("*"))(body) == body


@pytest.mark.parametrize(
    "text", ["widgets.*", "*.Digits", "flow.*.x", "a..b", "widgets.menu.*", ","]
)
def test_other_paths_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"dots|\*"):
        parse_kept_values(text)


@pytest.mark.parametrize("body", [b"[]", b"{}", b"{", b'"x"'])
def test_what_is_no_context_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidPageError):
        keep_values(parse_kept_values(""))(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_no_value_is_left_by_default_but_the_names_of_types(context: Any) -> None:
    assert _scalars(kept("", context)) <= {"string", "number", "boolean", None}


@given(JSON)
def test_every_key_is_left(context: Any) -> None:
    assert _keys(kept("", context)) == _keys(context)


def _scalars(value: Any) -> set[Any]:
    match value:
        case dict():
            return set().union(*map(_scalars, value.values()))
        case list():
            return set().union(*map(_scalars, value))
    return {value}


def _keys(value: Any) -> Any:
    match value:
        case dict():
            return {name: _keys(each) for name, each in value.items()}
        case list():
            return [_keys(each) for each in value]
    return None


@pytest.mark.parametrize(
    ("policy", "address"),
    [
        ("", "+15550101"),
        ("contact_channel_address=mask", "***"),
        ("contact_channel_address=drop", None),
    ],
)
def test_the_policy_covers_the_address_where_its_value_is_kept(
    policy: str, address: str | None
) -> None:
    redaction = PolicyRedaction(parse_policy(policy))
    for values in ("contact.channel.address", "*"):
        body = json.dumps({"execution_sid": "FN1", "context": CONTEXT}).encode()
        found = json.loads(redaction.context(parse_kept_values(values))(body))
        assert found["context"]["contact"]["channel"].get("address") == address


def test_an_address_under_hmac_joins_with_the_one_of_the_executions() -> None:
    redaction = PolicyRedaction(parse_policy("contact_channel_address=hmac"), lambda: KEY)
    body = json.dumps({"execution_sid": "FN1", "context": CONTEXT}).encode()
    execution = redaction.text(b'{"contact_channel_address":"+15550101"}')
    context = json.loads(redaction.context(parse_kept_values("*"))(body))["context"]
    wanted = json.loads(execution)["contact_channel_address"]
    assert context["contact"]["channel"]["address"] == wanted


def test_the_policy_covers_the_context_itself() -> None:
    redaction = PolicyRedaction(parse_policy("context=drop"))
    body = json.dumps({"execution_sid": "FN1", "context": CONTEXT}).encode()
    assert json.loads(redaction.context(parse_kept_values("*"))(body)) == {"execution_sid": "FN1"}
