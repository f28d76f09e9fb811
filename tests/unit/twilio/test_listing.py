"""The URLs of the two lists, and the way from page to page."""

from datetime import UTC, datetime

import pytest

from studio_export.errors import InvalidPageError
from studio_export.instants import format_instant
from studio_export.model import Span
from studio_export.twilio.listing import (
    MAX_BARREN_PAGES,
    FlowList,
    executions_url,
    flows_url,
    follower,
    list_flows,
)
from tests.unit.doubles import BASE_URL, ScriptedSource
from tests.unit.texts import flows_page

FLOW = "FW" + "0" * 32
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIRST = f"{BASE_URL}/v2/Flows/{FLOW}/Executions?PageSize=1000"


def test_the_url_of_executions_asks_for_a_second_more_before_and_thousand_a_page() -> None:
    span = Span(NOON, NOON.replace(hour=13))
    assert executions_url(BASE_URL, FLOW, span) == (
        f"https://studio.twilio.com/v2/Flows/{FLOW}/Executions"
        "?DateCreatedFrom=2026-11-23T11:59:59Z&DateCreatedTo=2026-11-23T13:00:00Z&PageSize=1000"
    )


def test_the_url_of_flows_asks_for_thousand_a_page() -> None:
    assert flows_url(BASE_URL) == "https://studio.twilio.com/v2/Flows?PageSize=1000"


def test_an_instant_is_written_in_whole_seconds_with_z() -> None:
    assert format_instant(NOON.replace(microsecond=999_999)) == "2026-11-23T12:00:00Z"


@pytest.mark.parametrize("end", [None, ""])
def test_no_next_url_ends_the_listing(end: str | None) -> None:
    assert follower(FIRST)(end) is None


def test_a_next_url_is_followed_verbatim() -> None:
    url = FIRST + "&Page=1&PageToken=PT%2B%3d&odd=%zz"
    assert follower(FIRST)(url) == url


@pytest.mark.parametrize(
    ("spelled", "instead"),
    [
        ("https://studio.twilio.com", "http://studio.twilio.com"),
        ("https://studio.twilio.com", "HTTPS://STUDIO.TWILIO.COM:443"),
        ("https://studio.twilio.com", "https://studio.twilio.com:8443"),
        ("https://studio.twilio.com", "https://evil.example"),
        ("https://studio.twilio.com", "https://user@studio.twilio.com@evil.example"),
        ("https://studio.twilio.com", "https://[::1]"),
        ("https://studio.twilio.com", "//evil.example"),
        ("https://studio.twilio.com", ""),
    ],
)
def test_a_next_url_is_asked_on_the_listings_own_origin(spelled: str, instead: str) -> None:
    wanted = FIRST + "&Page=1"
    assert follower(FIRST)(wanted.replace(spelled, instead)) == wanted


@pytest.mark.parametrize(
    "url",
    [
        FIRST.replace(FLOW, "FW" + "1" * 32),
        FIRST.replace("/v2/", "/v2/../v2/"),
        FIRST.replace("Executions", "Executions/"),
        "//evil.example/v2/Flows",
        "/v2/Flows",
        "?Page=1",
        "https://[",
        "https://[::1",
        "file:///etc/passwd",
    ],
)
def test_a_next_url_of_another_path_is_refused(url: str) -> None:
    with pytest.raises(InvalidPageError, match=r"leaves the requested|is not a URL"):
        follower(FIRST)(url)


def test_a_next_url_that_leads_back_is_refused() -> None:
    follow = follower(FIRST)
    follow(FIRST + "&Page=1")
    for seen in (FIRST, FIRST + "&Page=1"):
        with pytest.raises(InvalidPageError, match="repeats a page"):
            follow(seen)


# Flows


def flows(*sids: str, next_page_url: str = "null") -> bytes:
    return flows_page(*(f'{{"sid":"{sid}"}}' for sid in sids), next_page_url=next_page_url)


def test_flows_are_listed_over_all_pages_each_once_ascending() -> None:
    url = f"{BASE_URL}/v2/Flows?PageSize=1000&Page=1"
    a, b, c = ("FW" + letter * 32 for letter in "abc")
    source = ScriptedSource(flows(c, a, next_page_url=f'"{url}"'), flows(b, c))
    assert list_flows(source, deadline=1) == FlowList((a, b, c))
    assert source.urls == [f"{BASE_URL}/v2/Flows?PageSize=1000", url]


def test_an_account_without_flows_has_none() -> None:
    assert list_flows(ScriptedSource(flows()), deadline=1) == FlowList(())


def test_a_next_page_of_flows_that_fails_is_a_failure_beside_the_flows_before_it() -> None:
    source = ScriptedSource(flows(FLOW, next_page_url='"https://evil.example/v2/Other"'))
    listed = list_flows(source, deadline=1)
    assert listed.sids == (FLOW,)
    assert [type(each) for each in listed.failures] == [InvalidPageError]
    assert len(source.urls) == 1


def test_a_first_page_of_flows_that_fails_is_raised() -> None:
    with pytest.raises(InvalidPageError):
        list_flows(ScriptedSource(b"<html>"), deadline=1)


def test_a_row_without_a_sid_is_named_by_its_number() -> None:
    listed = list_flows(ScriptedSource(flows(FLOW, "FW1")), deadline=1)
    assert listed.sids == (FLOW,)
    assert [str(each) for each in listed.failures] == [
        "row 2 of a page of the list of Flows has no usable sid"
    ]


@pytest.mark.parametrize("rows", [(), (FLOW,)], ids=["empty", "the same row"])
def test_a_list_of_flows_without_end_is_ended(rows: tuple[str, ...]) -> None:
    pages = [
        flows(*rows, next_page_url=f'"{BASE_URL}/v2/Flows?Page={number}"')
        for number in range(1, 99)
    ]
    source = ScriptedSource(*pages)
    assert "does not end" in str(list_flows(source, deadline=1).failures[0])
    assert len(source.urls) <= MAX_BARREN_PAGES + 2
