from datetime import timedelta
from itertools import islice
from urllib.parse import parse_qs, urlsplit

import pytest

from simulator.faults import Fault, Kind
from tests.unit.simulator.lab import Lab


@pytest.fixture
def expected(lab: Lab) -> list[str]:
    """Seven Sids, newest first; the newest a minute old."""
    added = [lab.flow.add(lab.clock() - timedelta(minutes=7 - n)).sid for n in range(7)]
    return added[::-1]


def page_sids(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [row["sid"] for row in page["executions"]]


def test_offset_tokens_list_everything_while_nothing_changes(lab: Lab, expected: list[str]) -> None:
    lab.switch_on(Kind.OFFSET_TOKENS)
    assert lab.sids(PageSize=2) == expected


def test_with_offset_tokens_an_insert_between_two_pages_repeats_a_row(
    lab: Lab, expected: list[str]
) -> None:
    lab.switch_on(Kind.OFFSET_TOKENS)
    lab.studio.on_request = lambda request: request.page == 1 and lab.flow.add(lab.clock())
    assert lab.sids(PageSize=2) == [*expected[:2], expected[1], *expected[2:]]


def test_with_offset_tokens_a_deletion_between_two_pages_loses_a_row(
    lab: Lab, expected: list[str]
) -> None:
    lab.switch_on(Kind.OFFSET_TOKENS)
    lab.switch_on(Kind.DELETED_WHILE_LISTING, page=0)
    assert lab.sids(PageSize=2) == [*expected[:2], *expected[3:]]


def test_with_keyset_tokens_a_deletion_between_two_pages_loses_nothing_else(
    lab: Lab, expected: list[str]
) -> None:
    lab.switch_on(Kind.DELETED_WHILE_LISTING, 2, page=0)
    assert lab.sids(PageSize=2) == expected
    lab.studio.faults.off()
    assert lab.sids(PageSize=2) == expected[2:]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_the_page_size_may_differ_from_the_one_requested(
    lab: Lab, expected: list[str], size: int
) -> None:
    lab.switch_on(Kind.PAGE_SIZE, size)
    pages = lab.pages(PageSize=2)
    assert len(page_sids(pages[0])) == min(size, 7)
    assert [sid for page in pages for sid in page_sids(page)] == expected


def test_rows_may_repeat_within_a_page_and_on_the_next(lab: Lab, expected: list[str]) -> None:
    lab.switch_on(Kind.REPEATED_ROWS)
    first, second, *_ = lab.pages(PageSize=3)
    assert page_sids(first) == [*expected[:3], expected[0]]
    assert page_sids(second) == [expected[2], *expected[3:6], expected[3]]


def test_rows_may_come_in_any_order(lab: Lab, expected: list[str]) -> None:
    lab.switch_on(Kind.SHUFFLED_ROWS)
    found = lab.sids()
    assert found != expected
    assert sorted(found) == sorted(expected)


def test_an_empty_page_may_have_a_next_url(lab: Lab, expected: list[str]) -> None:
    lab.switch_on(Kind.EMPTY_PAGE)
    pages = lab.pages(PageSize=4)
    assert [len(page["executions"]) for page in pages] == [0, 4, 0, 3]
    assert [sid for page in pages for sid in page_sids(page)] == expected


def test_the_last_page_may_be_empty(lab: Lab, expected: list[str]) -> None:
    lab.switch_on(Kind.EMPTY_LAST_PAGE)
    pages = lab.pages(PageSize=7)
    assert [page_sids(page) for page in pages] == [expected, []]


@pytest.mark.parametrize("value", [None, "first"])
def test_the_next_urls_may_form_a_cycle(lab: Lab, expected: list[str], value: str | None) -> None:
    lab.switch_on(Kind.URL_CYCLE, value, page=1)
    url = f"{lab.url}?PageSize=5"
    pages = [page_sids(page) for page in islice(lab.reader.follow(url), 6)]
    circle = [expected[5:]] if value is None else [expected[5:], expected[:5]]
    assert pages == [expected[:5], *(circle * 5)][:6]


def test_the_next_url_may_be_on_another_host(lab: Lab, expected: list[str]) -> None:
    assert expected
    lab.switch_on(Kind.FOREIGN_HOST)
    url = lab.pages(PageSize=5)[0]["meta"]["next_page_url"]
    assert urlsplit(url).netloc == "studio.example.net"


@pytest.mark.usefixtures("expected")
@pytest.mark.parametrize(("waited", "status"), [(59, 200), (60, 400)])
def test_a_token_expires(lab: Lab, waited: int, status: int) -> None:
    lab.switch_on(Kind.TOKEN_EXPIRES, 60)
    url = lab.page(f"{lab.url}?PageSize=5")["meta"]["next_page_url"]
    lab.clock.advance(seconds=waited)
    response = lab.ask(url)
    assert response.status == status
    assert (b"21481" in response.body) is (status == 400)


@pytest.mark.usefixtures("expected")
def test_a_token_may_be_refused_at_once(lab: Lab) -> None:
    lab.switch_on(Kind.BAD_TOKEN)
    url = lab.page(f"{lab.url}?PageSize=5")["meta"]["next_page_url"]
    assert lab.ask(url).status == 400


def test_the_filters_may_be_lost_on_the_second_page(lab: Lab, expected: list[str]) -> None:
    lab.switch_on(Kind.FILTERS_LOST)
    start = (lab.clock() - timedelta(minutes=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    pages = lab.pages(PageSize=2, DateCreatedFrom=start)
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
def test_bounds_may_be_off_by_a_second(lab: Lab, fault: Fault | None, found: list[int]) -> None:
    every = [lab.flow.add(lab.clock() + timedelta(seconds=n)).sid for n in range(10)][::-1]
    lab.clock.advance(minutes=1)
    if fault:
        lab.studio.faults.on(fault)
    asked = {"DateCreatedFrom": "2026-11-23T14:00:04Z", "DateCreatedTo": "2026-11-23T14:00:07Z"}
    assert lab.sids(**asked) == [every[n] for n in found]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (None, {"active": [0, 2], "ended": [1, 3]}),
        (Kind.STATUS_IGNORED, {"active": [0, 1, 2, 3], "ended": [0, 1, 2, 3]}),
        (Kind.STATUS_UNKNOWN, {"active": [], "ended": []}),
    ],
)
def test_the_status_filter_may_be_ignored_or_match_nothing(
    lab: Lab, kind: Kind | None, found: dict[str, list[int]]
) -> None:
    ago = [timedelta(minutes=n) for n in range(1, 5)]  # newest first; every second one has ended
    every = [lab.flow.add(lab.clock() - ago[n], lab.clock() if n % 2 else None) for n in range(4)]
    if kind:
        lab.switch_on(kind)
    for status, rows in found.items():
        assert lab.sids(PageSize=1, status=status) == [every[n].sid for n in rows]
    assert lab.sids() == [each.sid for each in every]


def test_a_request_with_the_status_filter_may_be_refused(lab: Lab) -> None:
    lab.switch_on(Kind.STATUS_REFUSED)
    assert lab.sids() == []
    with pytest.raises(AssertionError, match="400"):
        lab.sids(status="active")
