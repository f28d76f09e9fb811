import json
import math
from typing import Any

import pytest

from simulator.account import Flow
from simulator.clock import VirtualClock
from simulator.faults import Fault, Kind
from simulator.oddities import Oddity
from simulator.reader import Reader
from simulator.studio import Studio


@pytest.fixture
def spoiled(flow: Flow, clock: VirtualClock, reader: Reader, request: Any) -> Any:
    flow.add(clock(), oddity=request.param)
    return reader.rows(flow)[0]


def of(oddity: Oddity) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("spoiled", [oddity], indirect=True)


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
    flow: Flow, clock: VirtualClock, reader: Reader, oddity: Oddity, changed: dict[str, object]
) -> None:
    execution = flow.add(clock())
    expected = reader.rows(flow)[0]
    execution.oddity, execution.rendered = oddity, None
    assert reader.rows(flow)[0] == expected | changed


@pytest.mark.parametrize(
    ("oddity", "field"),
    [
        (Oddity.MISSING_SID, "sid"),
        (Oddity.MISSING_STATUS, "status"),
        (Oddity.MISSING_DATE_CREATED, "date_created"),
    ],
)
def test_a_field_may_be_missing(
    flow: Flow, clock: VirtualClock, reader: Reader, oddity: Oddity, field: str
) -> None:
    flow.add(clock(), oddity=oddity)
    assert field not in reader.rows(flow)[0]
    assert len(reader.rows(flow)[0]) == 12


@of(Oddity.NAN)
def test_a_number_may_be_invalid(spoiled: dict[str, float]) -> None:
    assert math.isnan(spoiled["score"])
    assert spoiled["least"] == -math.inf


@of(Oddity.UNKNOWN_FIELDS)
def test_a_record_may_have_unknown_fields(spoiled: dict[str, Any]) -> None:
    assert spoiled["zone"] == {"b": [1, {"a": None}]}
    assert spoiled["Étage"] == "é"


@of(Oddity.HUGE)
def test_a_record_may_have_5_mb(spoiled: dict[str, Any]) -> None:
    assert len(spoiled["text"]) == 5_000_000


@of(Oddity.NULL_ROW)
def test_a_row_may_be_null(spoiled: object) -> None:
    assert spoiled is None


def test_a_surrogate_may_come_as_bytes_that_are_not_utf_8(
    flow: Flow, clock: VirtualClock, reader: Reader
) -> None:
    flow.add(clock(), oddity=Oddity.RAW_SURROGATE)
    body = reader.ask(f"/v2/Flows/{flow.sid}/Executions").body
    with pytest.raises(UnicodeDecodeError):
        body.decode()


def test_a_record_may_be_deeper_than_a_parser_goes(
    flow: Flow, clock: VirtualClock, reader: Reader
) -> None:
    flow.add(clock(), oddity=Oddity.DEEP)
    assert reader.ask(f"/v2/Flows/{flow.sid}/Executions").body.count(b"[" * 20_000) == 1


def test_a_row_may_be_odd_once_and_normal_on_retry(
    studio: Studio, flow: Flow, clock: VirtualClock, reader: Reader
) -> None:
    for _ in range(3):
        flow.add(clock())
    studio.faults.on(Fault(Kind.SPOILED_ROWS, Oddity.NULL_SID, row=1, times=1))
    assert [row["sid"] is None for row in reader.rows(flow)] == [False, True, False]
    assert all(row["sid"] for row in reader.rows(flow))


def test_a_pretty_page_has_the_same_tokens(
    studio: Studio, flow: Flow, clock: VirtualClock, reader: Reader
) -> None:
    for oddity in (None, Oddity.UNKNOWN_FIELDS, Oddity.BIG_INTEGER, Oddity.EMOJI):
        flow.add(clock(), oddity=oddity)
    plain = reader.ask(f"/v2/Flows/{flow.sid}/Executions").body
    studio.faults.on(Fault(Kind.PRETTY))
    pretty = reader.ask(f"/v2/Flows/{flow.sid}/Executions").body
    assert pretty.count(b"\n") > 50
    assert json.loads(pretty) == json.loads(plain)
    assert b"".join(pretty.split()) == b"".join(plain.split())


def test_a_page_may_belong_to_another_list(studio: Studio, flow: Flow, reader: Reader) -> None:
    studio.faults.on(Fault(Kind.WRONG_KEY))
    assert reader.pages(flow)[0]["meta"]["key"] == "services"


def test_executions_may_be_null_instead_of_a_list(
    studio: Studio, flow: Flow, reader: Reader
) -> None:
    studio.faults.on(Fault(Kind.NOT_A_LIST))
    assert reader.pages(flow)[0]["executions"] is None
