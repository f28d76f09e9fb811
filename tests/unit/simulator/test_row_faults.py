import json
import math
from typing import Any

import pytest

from simulator.faults import Kind
from simulator.oddities import Oddity
from tests.unit.simulator.lab import Lab


def spoiled(lab: Lab, oddity: Oddity) -> Any:
    lab.flow.add(lab.clock(), oddity=oddity)
    return lab.rows()[0]


@pytest.mark.parametrize(
    ("oddity", "changed"),
    [
        (Oddity.NULL_SID, {"sid": None}),
        (Oddity.NUMBER_SID, {"sid": 12}),
        (Oddity.NULL_STATUS, {"status": None}),
        (Oddity.UNKNOWN_STATUS, {"status": "paused"}),
        (Oddity.NULL_DATE_CREATED, {"date_created": None}),
        (Oddity.MALFORMED_DATE_CREATED, {"date_created": "yesterday"}),
        (Oddity.NULL_DATE_UPDATED, {"date_updated": None}),
        (Oddity.BIG_INTEGER, {"clicks": 10**40 + 1, "exact": 0.1}),
        (Oddity.LONE_SURROGATE, {"text": "cut \ud83d"}),
        (Oddity.EMOJI, {"text": "whole 😀 and 😀"}),
        (Oddity.DUPLICATE_KEYS, {"zone": 2}),
    ],
)
def test_an_odd_field_leaves_the_others_unchanged(
    lab: Lab, oddity: Oddity, changed: dict[str, object]
) -> None:
    execution = lab.flow.add(lab.clock())
    expected = lab.rows()[0]
    execution.oddity, execution.rendered = oddity, None
    assert lab.rows()[0] == expected | changed


@pytest.mark.parametrize(
    ("oddity", "field"),
    [
        (Oddity.MISSING_SID, "sid"),
        (Oddity.MISSING_STATUS, "status"),
        (Oddity.MISSING_DATE_CREATED, "date_created"),
    ],
)
def test_a_field_may_be_missing(lab: Lab, oddity: Oddity, field: str) -> None:
    lab.flow.add(lab.clock(), oddity=oddity)
    assert field not in lab.rows()[0]
    assert len(lab.rows()[0]) == 12


def test_a_number_may_be_invalid(lab: Lab) -> None:
    row = spoiled(lab, Oddity.NAN)
    assert math.isnan(row["score"])
    assert row["least"] == -math.inf


def test_a_record_may_have_unknown_fields(lab: Lab) -> None:
    row = spoiled(lab, Oddity.UNKNOWN_FIELDS)
    assert row["zone"] == {"b": [1, {"a": None}]}
    assert row["Étage"] == "é"


def test_a_record_may_have_5_mb(lab: Lab) -> None:
    assert len(spoiled(lab, Oddity.HUGE)["text"]) == 5_000_000


def test_a_row_may_be_null(lab: Lab) -> None:
    assert spoiled(lab, Oddity.NULL_ROW) is None


def test_a_surrogate_may_come_as_bytes_that_are_not_utf_8(lab: Lab) -> None:
    lab.flow.add(lab.clock(), oddity=Oddity.RAW_SURROGATE)
    body = lab.ask(lab.url).body
    with pytest.raises(UnicodeDecodeError):
        body.decode()


def test_a_record_may_be_deeper_than_a_parser_goes(lab: Lab) -> None:
    lab.flow.add(lab.clock(), oddity=Oddity.DEEP)
    assert lab.ask(lab.url).body.count(b"[" * 20_000) == 1


def test_a_row_may_be_odd_once_and_normal_on_retry(lab: Lab) -> None:
    for _ in range(3):
        lab.flow.add(lab.clock())
    lab.switch_on(Kind.SPOILED_ROWS, Oddity.NULL_SID, row=1, times=1)
    assert [row["sid"] is None for row in lab.rows()] == [False, True, False]
    assert all(row["sid"] for row in lab.rows())


def test_a_pretty_page_has_the_same_tokens(lab: Lab) -> None:
    for oddity in (None, Oddity.UNKNOWN_FIELDS, Oddity.BIG_INTEGER, Oddity.EMOJI):
        lab.flow.add(lab.clock(), oddity=oddity)
    plain = lab.ask(lab.url).body
    lab.switch_on(Kind.PRETTY)
    pretty = lab.ask(lab.url).body
    assert pretty.count(b"\n") > 50
    assert json.loads(pretty) == json.loads(plain)
    assert b"".join(pretty.split()) == b"".join(plain.split())


def test_a_page_may_belong_to_another_list(lab: Lab) -> None:
    lab.switch_on(Kind.WRONG_KEY)
    assert lab.pages()[0]["meta"]["key"] == "services"


def test_executions_may_be_null_instead_of_a_list(lab: Lab) -> None:
    lab.switch_on(Kind.NOT_A_LIST)
    assert lab.pages()[0]["executions"] is None
