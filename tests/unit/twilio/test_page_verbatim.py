"""A record's text is Twilio's own, token by token (promise G4)."""

import json
import resource
import sys

import pytest

from studio_export.twilio.page import parse_executions
from tests.unit.texts import CREATED, execution, page

LINE_SEPARATOR = "\N{LINE SEPARATOR}"


def line(body: bytes) -> str:
    """The one record of a page."""
    parsed = parse_executions(body)
    assert not parsed.rejected
    (record,) = parsed.records
    return bytes(record.text).decode()


@pytest.mark.parametrize(
    "value",
    [
        "123456789012345678901234567890",
        "-0",
        "1.0",
        "1e400",
        "1E+2",
        "9" * 5000,
        '{"b":1,"a":2}',
        '{"a":1,"a":2}',
        r'"\u0000"',
        r'"\/\b\f\n\r\t\"\\"',
        r'"\u00E9é"',
        r'"\ud83d\ude00"',
        r'"\\ud83d"',
        f'"{LINE_SEPARATOR}"',
        '"a : b , [ c ] {d}  e"',
        "[[],{},null,true,false]",
        "NaN",
        "[Infinity,-Infinity]",
        '[NaN,"a : b , c"]',
        pytest.param("[NaN," + "9" * 5000 + "]", id="NaN beside 5000 digits"),
    ],
)
def test_every_value_keeps_its_own_letters(value: str) -> None:
    text = execution(value)
    assert line(page(text)) == text


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\t  "])
@pytest.mark.parametrize("value", ["1", "NaN", r'"a  \n :b"'])
def test_white_space_between_tokens_goes_where_the_page_has_line_ends(
    between: str, value: str
) -> None:
    spread = between.join(["{", '"sid"', ":", '"FN1"', ",", '"status"', ":", '"ended"', ",", ""])
    spread += between.join(['"date_created"', ":", f'"{CREATED}"', ",", '"x"', ":", value, "}"])
    assert line(page(spread)) == execution(value)


def test_no_line_has_a_line_end_within_it() -> None:
    assert "\n" not in line(page(execution('{"a":\r\n[1,\n2]}')))


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (r'"a\ud83d b"', r'"a\ufffd b"'),
        (r'"\udc00"', r'"\ufffd"'),
        (r'"\ud83d\ud83d\ude00"', r'"\ufffd\ud83d\ude00"'),
        (r'"\\\ud83d"', r'"\\\ufffd"'),
        (r'"\\\\ud83d\ud83d"', r'"\\\\ud83d\ufffd"'),
        (r'{"\udead":1}', r'{"\ufffd":1}'),
    ],
)
def test_half_a_character_becomes_the_replacement_character(value: str, kept: str) -> None:
    assert line(page(execution(value))) == execution(kept)


@pytest.mark.parametrize("raw", ["\x00", "\x01", "\t", "\n", "\r", "\x1f"])
def test_a_raw_control_character_in_a_string_is_escaped(raw: str) -> None:
    text = line(page(execution(f'"a{raw}b"')))
    assert text == execution(f'"a\\u{ord(raw):04x}b"')


def test_bytes_that_are_no_utf8_become_the_replacement_character() -> None:
    body = page(execution('"a?b"')).replace(b"?", b"\xff")
    assert line(body) == execution('"a\N{REPLACEMENT CHARACTER}b"')


def test_a_surrogate_pair_in_utf8_is_no_utf8() -> None:
    text = line(page(execution('"\ud83d\ude00"')))
    assert set(json.loads(text)["x"]) == {"\N{REPLACEMENT CHARACTER}"}


@pytest.mark.parametrize("value", ["1", "NaN"])
def test_a_byte_order_mark_before_the_page_is_not_part_of_it(value: str) -> None:
    assert line(b"\xef\xbb\xbf" + page(execution(value))) == execution(value)


@pytest.mark.parametrize("value", ["1", "NaN"])
def test_a_record_of_five_megabytes_costs_no_more_than_a_few_times_its_size(value: str) -> None:
    text = execution(f'[{value},"{"x" * 5_000_000}"]')
    body = page(text)
    before = _peak_megabytes()
    assert line(body) == text
    assert _peak_megabytes() - before < 100


def _peak_megabytes() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1_000_000


def test_pretty_and_compact_pages_give_the_same_lines() -> None:
    value = {"a": [1, 2.5, {"b": "c\nd"}], "e": None}
    records = [{"sid": f"FN{n}", "date_created": "2026-11-23T14:05:00Z", "x": value} for n in "12"]
    document = {"meta": {"key": "executions", "next_page_url": None}, "executions": records}
    compact = parse_executions(json.dumps(document, separators=(",", ":")).encode())
    pretty = parse_executions(json.dumps(document, indent=4).encode())
    assert [bytes(r.text) for r in pretty.records] == [bytes(r.text) for r in compact.records]
