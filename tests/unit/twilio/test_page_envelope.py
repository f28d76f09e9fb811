"""What makes a body a page, and what makes it none."""

import json

import pytest

from studio_export.errors import InvalidPageError
from studio_export.twilio.page import FlowsPage, parse_executions, parse_flows
from tests.unit.texts import execution, flows_page, page

WHOLE = page(execution(), execution("NaN", sid='"FN2"'))


@pytest.mark.parametrize("x", ["1", "NaN"])
def test_the_next_page_is_named_by_meta(x: str) -> None:
    url = '"https://studio.twilio.com/next"'
    parsed = parse_executions(page(execution(x), next_page_url=url))
    assert parsed.next_page_url == "https://studio.twilio.com/next"


@pytest.mark.parametrize("body", [page(), b'{"executions":[],"meta":{"key":"executions"}}'])
def test_a_page_may_be_empty_and_the_last(body: bytes) -> None:
    parsed = parse_executions(body)
    assert (parsed.records, parsed.rejected, parsed.next_page_url) == ([], [], None)


@pytest.mark.parametrize("stop", range(0, len(WHOLE), 7))
def test_a_body_cut_anywhere_is_no_page(stop: int) -> None:
    with pytest.raises(InvalidPageError):
        parse_executions(WHOLE[:stop])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"\x00",
        b"<html><body>Maintenance</body></html>",
        b"{}",
        b'{"executions":[]}',
        b'{"meta":null,"executions":[]}',
        b'{"meta":{},"executions":[]}',
        b'{"meta":{"key":"executions"}}',
        b'{"meta":{"key":"executions"},"executions":null}',
        b'{"meta":{"key":"executions"},"executions":{}}',
        b'{"meta":{"key":"executions"},"executions":"[]"}',
        b'{"meta":{"key":"executions","next_page_url":5},"executions":[]}',
        page(execution("1 2")),
        page(execution('"a" "b"')),
        page(execution("[NaN 1]")),
        page(execution("[1}")),
        b'{"meta":{"key":"executions"},"executions"}',
        b'{"meta":{"key":"executions"},"executions":}',
        page(execution()) + b"}",
        page(execution()) + page(),
    ],
)
def test_what_is_not_the_json_of_a_page_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidPageError):
        parse_executions(body)


@pytest.mark.parametrize("value", ["tru", "01", "[1,]", "{1:2}", r'"\x"'])
def test_a_row_that_is_not_json_hides_no_other(value: str) -> None:
    sound, broken = execution(), execution(value)
    parsed = parse_executions(page(f"{sound},{broken},{sound}"))
    assert [bytes(record.text).decode() for record in parsed.records] == [sound, sound]
    assert parsed.rejected == [broken.encode()]


@pytest.mark.parametrize("x", ["1", "NaN"])
def test_a_page_of_another_list_is_refused(x: str) -> None:
    with pytest.raises(InvalidPageError, match=r"meta\.key is not 'executions'"):
        parse_executions(page(execution(x), key="flows"))


def test_an_error_never_quotes_the_body() -> None:
    with pytest.raises(InvalidPageError) as caught:
        parse_executions(page(execution('"+15550100"'))[:-4])
    assert "+15550100" not in str(caught.value)


# Flows


FLOW, OTHER_FLOW = "FW" + "0" * 32, "FW" + "f" * 32
NO_FLOWS = ["", "+15550100", "FW1", FLOW + "0", FLOW + "\n", f"{FLOW}/../../x", "AC" + "0" * 32]


def test_a_page_of_flows_gives_their_sids_and_the_next_page() -> None:
    meta = '{"key":"flows","next_page_url":"https://x/"}'
    body = f'{{"flows":[{{"sid":"{FLOW}"}},{{"sid":"{OTHER_FLOW}"}}],"meta":{meta}}}'
    assert parse_flows(body.encode()) == FlowsPage([FLOW, OTHER_FLOW], [], "https://x/")


@pytest.mark.parametrize("name", [r"\ud83d", "\t", r"\u0000"])
def test_a_flow_may_have_any_name(name: str) -> None:
    assert parse_flows(flows_page(f'{{"sid":"{FLOW}","friendly_name":"{name}"}}'))[0] == [FLOW]


@pytest.mark.parametrize("name", ["null", "7", "[]", '{"a":1}'])
def test_a_name_that_is_no_text_is_no_name(name: str) -> None:
    rows = (
        f'{{"sid":"{FLOW}","friendly_name":{name}}}',
        f'{{"sid":"{OTHER_FLOW}","friendly_name":"Menu"}}',
        '{"sid":"FW1","friendly_name":"of no Flow"}',
        '{"sid":[],"friendly_name":"of no Flow"}',
    )
    assert parse_flows(flows_page(*rows)).names == {OTHER_FLOW: "Menu"}


def test_a_flows_name_may_be_no_utf8() -> None:
    body = flows_page(f'{{"sid":"{FLOW}","friendly_name":"?"}}').replace(b"?", b"\xff")
    assert parse_flows(body)[0] == [FLOW]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"",
        b'{"meta":{"key":"flows"}}',
        b'{"meta":{"key":"flows"},"flows":null}',
        flows_page(f'{{"sid":"{FLOW}","definition":' + "[" * 100_000 + "]" * 100_000 + "}"),
        flows_page(key="executions"),
    ],
)
def test_an_unreadable_page_of_flows_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidPageError):
        parse_flows(body)


@pytest.mark.parametrize(
    "row", ["null", "[]", "{}", *(f'{{"sid":{json.dumps(sid)}}}' for sid in NO_FLOWS)]
)
def test_a_row_without_a_flows_sid_hides_no_other(row: str) -> None:
    page = parse_flows(flows_page(f'{{"sid":"{FLOW}"}}', row, f'{{"sid":"{OTHER_FLOW}"}}'))
    assert page == FlowsPage([FLOW, OTHER_FLOW], unusable_rows=[2], next_page_url=None)
