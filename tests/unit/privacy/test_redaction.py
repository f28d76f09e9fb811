"""What the privacy policy leaves of a record, and that it touches nothing else."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from simulator.account import Account
from simulator.oddities import Oddity, spoil
from simulator.render import execution_text
from studio_export.privacy.policy import parse_policy
from studio_export.privacy.redaction import redactor, unchanged
from studio_export.twilio.page import parse_executions
from tests.unit.texts import CREATED, page

KEY = "k" * 32
NUMBER = "+15550100"
HEAD = f'"sid":"FN1","status":"ended","date_created":"{CREATED}"'
ALL = "contact_channel_address={0},contact_sid={0},initiated_by={0},context={0}"


def left(policy: str, *texts: str) -> list[str]:
    """What is left of the records of a page, the rejected ones last."""
    redacted = redactor(parse_policy(policy), KEY)(parse_executions(page(*texts)))
    kept = [bytes(record.text) for record in redacted.records]
    return [text.decode() for text in [*kept, *redacted.rejected]]


def line(policy: str, members: str) -> str:
    """What is left of the members that stand behind those that every record has."""
    (text,) = left(policy, f"{{{HEAD},{members}}}")
    assert text.startswith(f"{{{HEAD}")
    return text.removeprefix(f"{{{HEAD}").removeprefix(",").removesuffix("}")


def digest(text: str) -> str:
    return "hmac:" + hmac.new(KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


# What each action gives


def test_drop_leaves_no_key() -> None:
    assert line("contact_sid=drop", f'"a":1,"contact_sid":"{NUMBER}","b":2') == '"a":1,"b":2'
    assert line("contact_sid=drop", '"a":1,"contact_sid":null') == '"a":1'
    assert line("contact_sid=drop", f'"contact_sid":"{NUMBER}"') == ""


@pytest.mark.parametrize("value", [f'"{NUMBER}"', '""', "15550100", "true", "{}", '["a"]'])
def test_mask_leaves_that_there_was_a_value(value: str) -> None:
    assert line("context=mask", f'"context":{value}') == '"context":"***"'


@pytest.mark.parametrize("action", ["mask", "hmac", "string"])
def test_null_stays_null(action: str) -> None:
    assert line(f"context={action}", '"context":null') == '"context":null'


@pytest.mark.parametrize(
    ("value", "hashed"),
    [
        (f'"{NUMBER}"', NUMBER),
        (r'"\u002b15550100"', NUMBER),
        (f'"whatsapp:{NUMBER}"', f"whatsapp:{NUMBER}"),
        ('""', ""),
        (r'"é\n\ud83d\ude00"', "é\n\N{GRINNING FACE}"),
        ("15550100", "15550100"),
        ("1.0", "1.0"),
        ("9" * 5000, "9" * 5000),
        ("false", "false"),
        ("{}", "{}"),
        ('{"a" : [ 1.0, "b : c" ]}', '{"a":[1.0,"b : c"]}'),
        ('{"a" : [ NaN, "b : c" ]}', '{"a":[NaN,"b : c"]}'),
    ],
    ids=lambda text: text[:30],
)
def test_hmac_is_of_what_a_string_says_or_of_the_compact_text(value: str, hashed: str) -> None:
    assert line("context=hmac", f'"context":{value}') == f'"context":"{digest(hashed)}"'


def test_the_hash_is_the_same_in_every_process() -> None:
    # Made by: printf +15550100 | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk
    expected = "hmac:e9b1a56fe2c15d9eee9ecdd4661039edbc8cfdd3b6271c3caf02c2df3bcf6459"
    assert line("contact_sid=hmac", f'"contact_sid":"{NUMBER}"') == f'"contact_sid":"{expected}"'


def test_one_value_has_one_hash_in_whichever_field() -> None:
    redacted = line(
        ALL.format("hmac"), f'"contact_channel_address":"{NUMBER}","context":"{NUMBER}"'
    )
    assert len(set(json.loads(f"{{{redacted}}}").values())) == 1


@pytest.mark.parametrize("value", ["{}", '{"A" : 1, "a":[1.0,1e400,"\\u00e9\\""]}', '"a"', "7"])
def test_string_is_the_compact_json_text_of_the_value(value: str) -> None:
    (redacted,) = json.loads("{" + line("context=string", f'"context":{value}') + "}").values()
    assert redacted == value.replace(" ", "")


# What the policy finds


@pytest.mark.parametrize(
    "key",
    [
        '"contact_sid"',
        r'"\u0063ontact_sid"',
        r'"contact\u005fsid"',
        '"Contact_Sid"',
        '"CONTACT_SID"',
        r'"contact_\u017fid"',
        '"contact_\N{LATIN SMALL LETTER LONG S}id"',
    ],
)
def test_a_key_is_met_however_it_is_spelled(key: str) -> None:
    assert line("contact_sid=mask", f'{key}:"{NUMBER}"') == f'{key}:"***"'
    assert line("contact_sid=drop", f'{key}:"{NUMBER}"') == ""


def test_a_key_that_is_there_twice_is_met_twice() -> None:
    twice = f'"context":"{NUMBER}","a":1,"context":{{"b":"{NUMBER}"}},"CONTEXT":"{NUMBER}"'
    assert line("context=drop", twice) == '"a":1'
    assert line("context=mask", twice) == '"context":"***","a":1,"context":"***","CONTEXT":"***"'


@pytest.mark.parametrize(
    "members",
    [
        '"contexts":1,"context_":2,"links":{"context":3,"execution_context":"x"}',
        r'"a":"\"context\":1,","b\"":"context","":"contact_sid"',
        '"zone":1,"zone":2,"n":123456789012345678901234567890,"f":1.0,"e":1e400,"g":-0',
        r'"é":"\u00e9","\u00e9":"é","\/":"\/\u0000"',
        '"a":[ 1 , { } ],"b":{"c" : "d" }',
        '"a":NaN,"b":[Infinity,-Infinity]',
    ],
)
@pytest.mark.parametrize("action", ["drop", "mask", "hmac"])
def test_all_else_passes_as_its_own_bytes(members: str, action: str) -> None:
    assert line(ALL.format(action), members) == members


def test_white_space_between_members_stays_where_they_are_separated_alike() -> None:
    text = f'{{"sid": "FN1", "a": [1,2], "contact_sid": "{NUMBER}", "date_created": "{CREATED}"}}'
    assert left("contact_sid=mask", text) == [text.replace(NUMBER, "***")]
    assert left("contact_sid=drop", text) == [text.replace(f'"contact_sid": "{NUMBER}", ', "")]


@pytest.mark.parametrize("space", ["  ", "\t"])
def test_white_space_goes_where_they_are_not(space: str) -> None:
    text = f'{{"sid":{space}"FN1", "a b": [1 , "c , d"],"contact_sid":"{NUMBER}"}}'
    (redacted,) = left("contact_sid=mask", text)
    assert redacted == '{"sid":"FN1","a b":[1,"c , d"],"contact_sid":"***"}'


def test_what_a_parser_has_no_stack_for_is_met_too() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    text = f'{{"sid":"FN1" , "deep":{deep},"contact_sid":"{NUMBER}","contact_sid":"{NUMBER}"}}'
    (redacted,) = left("contact_sid=mask", text)
    assert redacted == f'{{"sid":"FN1","deep":{deep},"contact_sid":"***","contact_sid":"***"}}'


# Records that are put aside


def test_a_rejected_record_is_hidden_as_any_other() -> None:
    (text,) = left("context=drop", f'{{"sid":null,"context":"{NUMBER}","a":1}}')
    assert text == '{"sid":null,"a":1}'


@pytest.mark.parametrize("text", ["null", "5", f'"{NUMBER}"', f'[{{"context":"{NUMBER}"}}]', "[]"])
def test_of_what_is_no_object_nothing_is_left(text: str) -> None:
    assert left("context=drop", text) == ["null"]
    assert left("", text) == [text]


@pytest.mark.parametrize("text", ["{}", "{ }"])
def test_an_empty_record_is_an_object_too(text: str) -> None:
    assert left("context=drop", text) == ["{}"]


# A policy that keeps all


@pytest.mark.parametrize("policy", ["", "context=keep"])
def test_a_policy_that_keeps_all_does_nothing_at_all(policy: str) -> None:
    assert redactor(parse_policy(policy)) is unchanged


@pytest.mark.parametrize("oddity", list(Oddity))
@pytest.mark.parametrize("action", ["drop", "mask", "hmac"])
def test_no_oddity_of_a_row_lets_a_value_pass(oddity: Oddity, action: str) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    flow = Account().add_flow(noon)
    flow.add(noon)
    row = spoil(execution_text(flow, flow.executions[0], noon, "https://studio"), oddity)
    (redacted,) = left(ALL.format(action), row)
    assert [part for part in ("+1555010", '"FC', '": {}') if part in redacted] == []
