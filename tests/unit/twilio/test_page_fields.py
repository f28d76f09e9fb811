"""What the export reads of a record: `sid`, `status`, `date_created`; and what it does without."""

from datetime import UTC, datetime

import pytest

from studio_export.twilio.page import parse_executions
from tests.unit.texts import CREATED, execution, page

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

# A record takes the slow way if a strict parser refuses anything in it.
both_ways = pytest.mark.parametrize("x", ["1", "NaN"])


def field(text: str) -> tuple[str, str | None, datetime]:
    (record,) = parse_executions(page(text)).records
    return record.sid, record.status, record.created


@both_ways
def test_sid_status_and_creation_are_read(x: str) -> None:
    wanted = ("FN1", "ended", datetime(2026, 11, 23, 14, 5, tzinfo=UTC))
    assert field(execution(x)) == wanted


@both_ways
@pytest.mark.parametrize("status", ["null", "5", "[]", "true", '{"a":1}'])
def test_a_status_of_an_odd_type_is_none(x: str, status: str) -> None:
    assert field(execution(x, status=status))[1] is None


@both_ways
def test_an_unknown_status_is_kept(x: str) -> None:
    assert field(execution(x, status='"paused"'))[1] == "paused"


@both_ways
@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T12:00:00Z",
        "2026-11-23T12:00:00+00:00",
        "2026-11-23T14:00:00+02:00",
        "2026-11-23T03:30:00-08:30",
        "2026-11-23T12:00:00",
        "2026-11-23 12:00:00Z",
    ],
)
def test_an_instant_of_any_offset_is_taken_in_utc(x: str, text: str) -> None:
    created = field(execution(x, created=f'"{text}"'))[2]
    assert (created, created.tzinfo) == (NOON, UTC)


@both_ways
def test_fractions_of_a_second_are_kept(x: str) -> None:
    created = field(execution(x, created='"2026-11-23T12:00:00.250Z"'))[2]
    assert created == NOON.replace(microsecond=250_000)


@both_ways
@pytest.mark.parametrize(
    "text",
    [
        execution("?", sid="null"),
        execution("?", sid="5"),
        execution("?", sid='""'),
        execution("?", created="null"),
        execution("?", created="1795435200"),
        execution("?", created='""'),
        execution("?", created='"yesterday"'),
        execution("?", created='"Mon, 23 Nov 2026 12:00:00 GMT"'),
        execution("?", created='"0001-01-01T00:00:00+14:00"'),
        execution("?", created='"9999-12-31T23:59:59-14:00"'),
        f'{{"date_created":"{CREATED}","x":?}}',
        '{"sid":"FN1","x":?}',
        '{"x":?}',
        "[?]",
        "?",
    ],
)
def test_a_record_without_usable_sid_or_creation_is_rejected_alone(x: str, text: str) -> None:
    text = text.replace("?", x)
    parsed = parse_executions(page(execution(), text, execution(x, sid='"FN2"')))
    assert [record.sid for record in parsed.records] == ["FN1", "FN2"]
    assert parsed.rejected == [text.encode()]


@both_ways
def test_those_beside_a_rejected_record_keep_what_is_theirs(x: str) -> None:
    rejected = execution(x, sid="null", status='"active"', created='"2026-11-23T15:00:00Z"')
    parsed = parse_executions(page(rejected, execution(x), rejected, execution(x, sid='"FN2"')))
    fields = [(record.sid, record.status, record.created) for record in parsed.records]
    created = datetime.fromisoformat(CREATED)
    assert fields == [("FN1", "ended", created), ("FN2", "ended", created)]


def test_null_in_the_place_of_a_record_is_rejected() -> None:
    assert parse_executions(page("null")).rejected == [b"null"]


@both_ways
def test_of_equal_keys_the_last_counts_as_for_every_reader(x: str) -> None:
    text = f'{{"sid":"FN1","sid":"FN2","date_created":"{CREATED}","x":{x}}}'
    assert field(text)[0] == "FN2"


@both_ways
def test_a_key_may_be_written_with_escapes(x: str) -> None:
    text = f'{{"\\u0073id":"FN1","date_created":"{CREATED}","x":{x}}}'
    assert field(text)[0] == "FN1"


# msgspec parses 998 levels on Python 3.11, 1,498 on 3.12 and 9,999 on 3.13.
@pytest.mark.parametrize("depth", [20_000, 100_000])
def test_a_record_nested_deeper_than_a_parsers_stack_is_rejected_alone(depth: int) -> None:
    deep = execution("[" * depth + "]" * depth, sid='"FN2"')
    parsed = parse_executions(page(execution(), deep))
    assert [record.sid for record in parsed.records] == ["FN1"]
    assert parsed.rejected == [deep.encode()]
