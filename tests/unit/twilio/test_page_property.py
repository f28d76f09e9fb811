"""Any page gives what a plain reading with the standard library gives."""

import json
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from studio_export.twilio.page import Page, parse_executions
from tests.unit.texts import LITERALS, squeezed

# Letters of JSON strings as they stand on the wire, half characters and raw controls among them.
LETTERS = [
    *("a", " ", ",", ":", "{", "]", "é", "\N{LINE SEPARATOR}", "\N{GRINNING FACE}"),
    *(r"\"", r"\\", r"\/", r"\n", r"\u0000", r"\u00e9", r"\ud83d\ude00", r"\ud83d", r"\udc00"),
    *("ud83d", "\n", "\t", "\x01"),
]
strings = st.lists(st.sampled_from(LETTERS), max_size=6).map(lambda parts: f'"{"".join(parts)}"')

Tokens = list[str]


def separated(children: list[Tokens], opening: str, closing: str) -> Tokens:
    inner = [token for child in children for token in [",", *child]][1:]
    return [opening, *inner, closing]


def values() -> st.SearchStrategy[Tokens]:
    leaves = (st.sampled_from(LITERALS) | strings).map(lambda token: [token])
    return st.recursive(
        leaves,
        lambda children: (
            st.lists(children, max_size=3).map(lambda each: separated(each, "[", "]"))
            | st.lists(st.tuples(strings, children), max_size=3).map(
                lambda each: separated([[key, ":", *value] for key, value in each], "{", "}")
            )
        ),
        max_leaves=6,
    )


FIELDS = {
    "sid": ['"FN1"', '"FN2"', '""', "null", "5"],
    "status": ['"active"', '"ended"', '"odd"', "null", "5"],
    "date_created": ['"2026-11-23T14:00:00Z"', '"2026-11-23T14:00:00+02:00"', '"x"', "null"],
}


@st.composite
def executions(draw: st.DrawFn) -> Tokens:
    known = [
        [f'"{name}"', ":", draw(st.sampled_from(texts))]
        for name, texts in FIELDS.items()
        if draw(st.integers(0, 9))
    ]
    unknown = [[key, ":", *value] for key, value in draw(st.lists(st.tuples(strings, values())))]
    return separated(draw(st.permutations(known + unknown)), "{", "}")


@dataclass(frozen=True)
class Sent:
    body: bytes
    records: list[str]


@st.composite
def pages(draw: st.DrawFn) -> Sent:
    records = draw(st.lists(executions() | values(), max_size=4))
    meta = ["{", '"key"', ":", '"executions"', "}"]
    members = [
        ['"meta"', ":", *meta],
        ['"executions"', ":", *separated(records, "[", "]")],
    ]
    space = draw(st.sampled_from(["", " ", "\n", "\r\n\t"]))
    body = space.join(separated(draw(st.permutations(members)), "{", "}"))
    return Sent(body.encode(), ["".join(tokens) for tokens in records])


def with_whole_characters(value: object) -> object:
    """The value with every half character replaced, and numbers as texts: NaN equals itself."""
    match value:
        case str():
            pairs = value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
            return "".join("\N{REPLACEMENT CHARACTER}" if _half(c) else c for c in pairs)
        case float():
            return ("number", repr(value))
        case list():
            return [with_whole_characters(item) for item in value]
        case dict():
            return {
                str(with_whole_characters(key)): with_whole_characters(item)
                for key, item in value.items()
            }
    return value


def _half(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def read(text: str) -> object:
    """The reference: the standard library's reading, with integers of any length."""
    return with_whole_characters(json.loads(text, strict=False, parse_int=float))


def wanted(record: str) -> bool:
    fields = read(record)
    if not isinstance(fields, dict):
        return False
    return fields.get("sid") in {"FN1", "FN2"} and str(fields.get("date_created")).startswith("20")


def texts(page: Page) -> tuple[list[str], list[str]]:
    kept = [bytes(record.text).decode() for record in page.records]
    return kept, [text.decode() for text in page.rejected]


@settings(max_examples=80)
@given(pages())
def test_any_page_gives_the_records_of_a_plain_reading_token_for_token(sent: Sent) -> None:
    page = parse_executions(sent.body)
    kept, rejected = texts(page)
    good = [each for each in sent.records if wanted(each)]
    bad = [each for each in sent.records if not wanted(each)]
    assert [read(text) for text in kept] == [read(each) for each in good]
    assert [read(text) for text in rejected] == [read(each) for each in bad]
    for line, source in zip(kept, good, strict=True):
        assert "\n" not in line
        assert outline(squeezed(line)) == outline(squeezed(source))
    for record in page.records:
        fields = read(bytes(record.text).decode())
        assert isinstance(fields, dict)
        status = fields.get("status")
        assert record.sid == fields["sid"]
        assert record.status == (status if isinstance(status, str) else None)


def outline(text: str) -> str:
    """The text where every half character is written alike: the line has U+FFFD in its place."""
    for escape in (r"\ufffd", r"\ud83d", r"\udc00"):
        text = text.replace(escape, "?half??")
    return text
