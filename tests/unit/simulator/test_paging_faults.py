from datetime import timedelta
from itertools import islice
from urllib.parse import parse_qs, urlsplit

import pytest

from simulator.account import Flow
from simulator.clock import VirtualClock
from simulator.faults import Fault, Kind
from simulator.reader import Reader
from simulator.studio import Studio


@pytest.fixture
def expected(flow: Flow, clock: VirtualClock) -> list[str]:
    """Seven Sids, newest first; the newest a minute old."""
    added = [flow.add(clock() - timedelta(minutes=7 - n)).sid for n in range(7)]
    return added[::-1]


def page_sids(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [row["sid"] for row in page["executions"]]


def test_offset_tokens_list_everything_while_nothing_changes(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str]
) -> None:
    studio.faults.on(Fault(Kind.OFFSET_TOKENS))
    assert reader.sids(flow, PageSize=2) == expected


def test_with_offset_tokens_an_insert_between_two_pages_repeats_a_row(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str]
) -> None:
    studio.faults.on(Fault(Kind.OFFSET_TOKENS))
    studio.on_request = lambda request: request.page == 1 and flow.add(studio.clock())
    assert reader.sids(flow, PageSize=2) == [*expected[:2], expected[1], *expected[2:]]


def test_with_offset_tokens_a_deletion_between_two_pages_loses_a_row(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str]
) -> None:
    studio.faults.on(
        Fault(Kind.OFFSET_TOKENS),
        Fault(Kind.DELETED_WHILE_LISTING, page=0),
    )
    assert reader.sids(flow, PageSize=2) == [*expected[:2], *expected[3:]]


def test_with_keyset_tokens_a_deletion_between_two_pages_loses_nothing_else(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str]
) -> None:
    studio.faults.on(Fault(Kind.DELETED_WHILE_LISTING, 2, page=0))
    assert reader.sids(flow, PageSize=2) == expected
    studio.faults.off()
    assert reader.sids(flow, PageSize=2) == expected[2:]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_the_page_size_may_differ_from_the_one_requested(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str], size: int
) -> None:
    studio.faults.on(Fault(Kind.PAGE_SIZE, size))
    pages = reader.pages(flow, PageSize=2)
    assert len(page_sids(pages[0])) == min(size, 7)
    assert [sid for page in pages for sid in page_sids(page)] == expected


def test_rows_may_repeat_within_a_page_and_on_the_next(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str]
) -> None:
    studio.faults.on(Fault(Kind.REPEATED_ROWS))
    first, second, *_ = reader.pages(flow, PageSize=3)
    assert page_sids(first) == [*expected[:3], expected[0]]
    assert page_sids(second) == [expected[2], *expected[3:6], expected[3]]


def test_rows_may_come_in_any_order(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str]
) -> None:
    studio.faults.on(Fault(Kind.SHUFFLED_ROWS))
    found = reader.sids(flow)
    assert found != expected
    assert sorted(found) == sorted(expected)


def test_an_empty_page_may_have_a_next_url(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str]
) -> None:
    studio.faults.on(Fault(Kind.EMPTY_PAGE))
    pages = reader.pages(flow, PageSize=4)
    assert [len(page["executions"]) for page in pages] == [0, 4, 0, 3]
    assert [sid for page in pages for sid in page_sids(page)] == expected


def test_the_last_page_may_be_empty(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str]
) -> None:
    studio.faults.on(Fault(Kind.EMPTY_LAST_PAGE))
    pages = reader.pages(flow, PageSize=7)
    assert [page_sids(page) for page in pages] == [expected, []]


@pytest.mark.parametrize("value", [None, "first"])
def test_the_next_urls_may_form_a_cycle(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str], value: str | None
) -> None:
    studio.faults.on(Fault(Kind.URL_CYCLE, value, page=1))
    url = f"/v2/Flows/{flow.sid}/Executions?PageSize=5"
    pages = [page_sids(page) for page in islice(reader.follow(url), 6)]
    circle = [expected[5:]] if value is None else [expected[5:], expected[:5]]
    assert pages == [expected[:5], *(circle * 5)][:6]


def test_the_next_url_may_be_on_another_host(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str]
) -> None:
    assert expected
    studio.faults.on(Fault(Kind.FOREIGN_HOST))
    url = reader.pages(flow, PageSize=5)[0]["meta"]["next_page_url"]
    assert urlsplit(url).netloc == "studio.example.net"


@pytest.mark.usefixtures("expected")
@pytest.mark.parametrize(("waited", "status"), [(59, 200), (60, 400)])
def test_a_token_expires(
    reader: Reader, flow: Flow, clock: VirtualClock, waited: int, status: int
) -> None:
    reader.studio.faults.on(Fault(Kind.TOKEN_EXPIRES, 60))
    url = reader.page(f"/v2/Flows/{flow.sid}/Executions?PageSize=5")["meta"]["next_page_url"]
    clock.advance(seconds=waited)
    response = reader.ask(url)
    assert response.status == status
    assert (b"21481" in response.body) is (status == 400)


@pytest.mark.usefixtures("expected")
def test_a_token_may_be_refused_at_once(studio: Studio, reader: Reader, flow: Flow) -> None:
    studio.faults.on(Fault(Kind.BAD_TOKEN))
    url = reader.page(f"/v2/Flows/{flow.sid}/Executions?PageSize=5")["meta"]["next_page_url"]
    assert reader.ask(url).status == 400


def test_the_filters_may_be_lost_on_the_second_page(
    studio: Studio, reader: Reader, flow: Flow, expected: list[str], clock: VirtualClock
) -> None:
    studio.faults.on(Fault(Kind.FILTERS_LOST))
    start = (clock() - timedelta(minutes=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    pages = reader.pages(flow, PageSize=2, DateCreatedFrom=start)
    assert "DateCreatedFrom" not in parse_qs(urlsplit(pages[1]["meta"]["url"]).query)
    assert [sid for page in pages for sid in page_sids(page)] == expected


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (None, [3, 4, 5]),
        (Fault(Kind.FROM_SHIFT, 1), [3, 4]),  # exclusive
        (Fault(Kind.FROM_SHIFT, -1), [3, 4, 5, 6]),
        (Fault(Kind.TO_SHIFT, 1), [2, 3, 4, 5]),  # inclusive
        (Fault(Kind.TO_SHIFT, -1), [4, 5]),
    ],
)
def test_bounds_may_be_off_by_a_second(
    reader: Reader, flow: Flow, clock: VirtualClock, fault: Fault | None, found: list[int]
) -> None:
    every = [flow.add(clock() + timedelta(seconds=n)).sid for n in range(10)][::-1]
    clock.advance(minutes=1)
    if fault:
        reader.studio.faults.on(fault)
    asked = {"DateCreatedFrom": "2026-11-23T14:00:04Z", "DateCreatedTo": "2026-11-23T14:00:07Z"}
    assert reader.sids(flow, **asked) == [every[n] for n in found]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (None, {"active": [0, 2], "ended": [1, 3]}),
        (Kind.STATUS_IGNORED, {"active": [0, 1, 2, 3], "ended": [0, 1, 2, 3]}),
        (Kind.STATUS_UNKNOWN, {"active": [], "ended": []}),
    ],
)
def test_the_status_filter_may_be_ignored_or_match_nothing(
    reader: Reader, flow: Flow, clock: VirtualClock, kind: Kind | None, found: dict[str, list[int]]
) -> None:
    ago = [timedelta(minutes=n) for n in range(1, 5)]  # newest first; every second one has ended
    every = [flow.add(clock() - ago[n], clock() if n % 2 else None) for n in range(4)]
    if kind:
        reader.studio.faults.on(Fault(kind))
    for status, rows in found.items():
        assert reader.sids(flow, PageSize=1, status=status) == [every[n].sid for n in rows]
    assert reader.sids(flow) == [each.sid for each in every]


def test_a_request_with_the_status_filter_may_be_refused(reader: Reader, flow: Flow) -> None:
    reader.studio.faults.on(Fault(Kind.STATUS_REFUSED))
    assert reader.sids(flow) == []
    with pytest.raises(AssertionError, match="400"):
        reader.sids(flow, status="active")
