from datetime import timedelta

import pytest

from simulator.account import Execution, Flow
from simulator.clock import VirtualClock
from simulator.openapi import operation, validator
from simulator.reader import Reader
from simulator.studio import Studio
from simulator.traffic import Traffic, fill

MINUTE = timedelta(minutes=1)


@pytest.fixture
def executions(flow: Flow, clock: VirtualClock) -> list[Execution]:
    """Ten Executions, a minute apart, the newest a minute old; each lasts five minutes."""
    start = clock() - 10 * MINUTE
    return [flow.add(start + n * MINUTE, start + (n + 5) * MINUTE) for n in range(10)]


def text(instant: object) -> str:
    return str(instant).replace(" ", "T").replace("+00:00", "Z")


def sids(executions: list[Execution]) -> list[str]:
    return [each.sid for each in executions]


def test_a_list_is_newest_first(reader: Reader, flow: Flow, executions: list[Execution]) -> None:
    assert reader.sids(flow) == sids(executions)[::-1]


@pytest.mark.parametrize("size", [1, 3, 9, 10, 11, 1000])
def test_pages_of_any_size_make_the_same_list(
    reader: Reader, flow: Flow, executions: list[Execution], size: int
) -> None:
    pages = reader.pages(flow, PageSize=size)
    assert len(pages) == -(-10 // size)
    assert [row["sid"] for page in pages for row in page["executions"]] == sids(executions)[::-1]


def test_the_range_is_half_open(reader: Reader, flow: Flow, executions: list[Execution]) -> None:
    start, stop = executions[3].created, executions[6].created
    found = reader.sids(flow, DateCreatedFrom=text(start), DateCreatedTo=text(stop))
    assert found == sids(executions[3:6])[::-1]


def test_a_bound_may_have_an_offset(
    reader: Reader, flow: Flow, executions: list[Execution]
) -> None:
    assert (
        reader.sids(flow, DateCreatedFrom="2026-11-23T14:58:00+01:00") == sids(executions[8:])[::-1]
    )


def test_the_filters_hold_on_every_page(
    reader: Reader, flow: Flow, executions: list[Execution]
) -> None:
    start, stop = executions[1].created, executions[8].created
    bounds = {"DateCreatedFrom": text(start), "DateCreatedTo": text(stop), "status": "ended"}
    assert reader.sids(flow, PageSize=2, **bounds) == sids(executions[1:6])[::-1]


def test_status_follows_the_clock(
    reader: Reader, flow: Flow, executions: list[Execution], clock: VirtualClock
) -> None:
    assert reader.sids(flow, status="active") == sids(executions[6:])[::-1]
    clock.advance(minutes=3)
    assert reader.sids(flow, status="active") == sids(executions[9:])


def test_date_updated_shows_when_an_execution_ended(
    reader: Reader, flow: Flow, executions: list[Execution]
) -> None:
    row = reader.rows(flow)[-1]
    assert (row["status"], row["date_updated"]) == ("ended", text(executions[0].ends_at))


def test_an_execution_is_not_listed_before_its_creation(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    late = flow.add(clock() - MINUTE, visible_from=clock() + 60 * MINUTE)
    future = flow.add(clock() + MINUTE)
    assert reader.sids(flow) == []
    clock.advance(minutes=1)
    assert reader.sids(flow) == [future.sid]
    clock.advance(minutes=59)
    assert reader.sids(flow) == [future.sid, late.sid]


@pytest.mark.parametrize("ends_after", [None, MINUTE])
def test_an_execution_is_deleted_thirty_days_after_its_start(
    reader: Reader, flow: Flow, clock: VirtualClock, ends_after: timedelta | None
) -> None:
    flow.add(clock(), clock() + ends_after if ends_after else None)
    clock.advance(days=30, seconds=-1)
    assert len(reader.sids(flow)) == 1
    clock.advance(seconds=1)
    assert reader.sids(flow) == []


def test_thousands_in_one_second_are_each_listed_once(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    added = {flow.add(clock()).sid for _ in range(3000)}
    found = reader.sids(flow, PageSize=1000)
    assert len(found) == 3000
    assert set(found) == added


def test_keyset_tokens_are_stable_under_inserts(
    reader: Reader, studio: Studio, flow: Flow, executions: list[Execution]
) -> None:
    studio.on_request = lambda _: flow.add(studio.clock())
    found = reader.sids(flow, PageSize=2)
    assert found[1:] == sids(executions)[::-1]


def test_meta_is_as_documented(reader: Reader, flow: Flow, executions: list[Execution]) -> None:
    assert executions
    base = f"https://studio.twilio.com/v2/Flows/{flow.sid}/Executions"
    first, second, *_, last = (page["meta"] for page in reader.pages(flow, PageSize=3))
    assert first["url"] == first["first_page_url"] == f"{base}?PageSize=3&Page=0"
    assert first["previous_page_url"] is None
    assert first["next_page_url"] == second["url"]
    assert second["url"].startswith(f"{base}?PageSize=3&Page=1&PageToken=")
    assert (second["page"], second["page_size"], second["key"]) == (1, 3, "executions")
    assert last["next_page_url"] is None


def test_previous_page_url_leads_back(
    reader: Reader, flow: Flow, executions: list[Execution]
) -> None:
    assert executions
    pages = reader.pages(flow, PageSize=3)
    back = reader.page(pages[2]["meta"]["previous_page_url"])
    assert back["executions"] == pages[1]["executions"]


def test_a_record_is_about_800_bytes_without_its_context(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    plain, large = flow.add(clock()), flow.add(clock(), context_bytes=10_000)
    url = f"{reader.studio.base_url}/v2/Flows/{flow.sid}/Executions"
    lengths = [len(reader.ask(f"{url}/{each.sid}").body) for each in (plain, large)]
    assert 700 < lengths[0] < 900
    assert lengths[1] - lengths[0] == 10_000 - len("{}")


def test_every_operation_fits_twilios_schema(
    reader: Reader, flow: Flow, executions: list[Execution]
) -> None:
    one = f"/v2/Flows/{flow.sid}/Executions/{executions[0].sid}"
    paths = ["/v2/Flows", f"/v2/Flows/{flow.sid}", f"/v2/Flows/{flow.sid}/Executions"]
    for path in [*paths, one, f"{one}/Context", f"{one}/Steps"]:
        response = reader.ask(path)
        validator(path).validate(reader.page(path))
        assert set(operation(path)["headers"]) <= set(response.headers)
        assert response.headers["Twilio-Request-Id"].startswith("RQ")


def test_the_same_seed_makes_the_same_account(clock: VirtualClock) -> None:
    bodies = []
    for _ in range(2):
        studio = Studio(clock)
        flow = studio.add_flow()
        fill(flow, 100, clock() - timedelta(days=2), clock(), Traffic(late=0.1))
        bodies.append(Reader(studio).pages(flow, PageSize=30))
    assert bodies[0] == bodies[1]


def test_there_returns_what_a_listing_shows(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    fill(flow, 300, clock() - timedelta(days=40), clock() + timedelta(days=1), Traffic(late=0.5))
    expected = sids(flow.there(clock()))
    assert 0 < len(expected) < 300
    assert reader.sids(flow) == expected[::-1]
