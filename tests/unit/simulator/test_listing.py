from datetime import timedelta

import pytest

from simulator.execution import Execution
from simulator.openapi import operation, validator
from simulator.reader import Reader
from simulator.studio import Studio
from simulator.traffic import Traffic, fill
from tests.unit.simulator.lab import Lab

MINUTE = timedelta(minutes=1)


@pytest.fixture
def executions(lab: Lab) -> list[Execution]:
    """Ten Executions, a minute apart, the newest a minute old; each lasts five minutes."""
    start = lab.clock() - 10 * MINUTE
    return [lab.flow.add(start + n * MINUTE, start + (n + 5) * MINUTE) for n in range(10)]


def text(instant: object) -> str:
    return str(instant).replace(" ", "T").replace("+00:00", "Z")


def sids(executions: list[Execution]) -> list[str]:
    return [each.sid for each in executions]


@pytest.mark.parametrize("size", [1, 3, 9, 10, 11, 1000])
def test_pages_of_any_size_make_the_same_list_newest_first(
    lab: Lab, executions: list[Execution], size: int
) -> None:
    pages = lab.pages(PageSize=size)
    assert len(pages) == -(-10 // size)
    assert [row["sid"] for page in pages for row in page["executions"]] == sids(executions)[::-1]


def test_a_bound_may_have_an_offset(lab: Lab, executions: list[Execution]) -> None:
    assert lab.sids(DateCreatedFrom="2026-11-23T14:58:00+01:00") == sids(executions[8:])[::-1]


def test_the_filters_hold_on_every_page(lab: Lab, executions: list[Execution]) -> None:
    start, stop = executions[1].created, executions[8].created
    bounds = {"DateCreatedFrom": text(start), "DateCreatedTo": text(stop), "status": "ended"}
    assert lab.sids(PageSize=2, **bounds) == sids(executions[1:6])[::-1]


def test_status_follows_the_clock(lab: Lab, executions: list[Execution]) -> None:
    assert lab.sids(status="active") == sids(executions[6:])[::-1]
    lab.clock.advance(minutes=3)
    assert lab.sids(status="active") == sids(executions[9:])


def test_who_is_active_is_the_same_after_earlier_questions(
    lab: Lab, executions: list[Execution]
) -> None:
    assert len(lab.sids(status="active")) == 4
    between = lab.flow.add(executions[8].created + MINUTE / 2)
    newest = lab.flow.add(lab.clock())
    assert lab.sids(status="active") == sids([newest, executions[9], between, *executions[8:5:-1]])
    lab.clock.advance(minutes=5)
    assert lab.sids(status="active") == sids([newest, between])
    lab.clock.advance(minutes=-5)
    assert len(lab.sids(status="active")) == 6
    lab.flow.executions.remove(newest)
    assert len(lab.sids(status="active")) == 5


def test_date_updated_shows_when_an_execution_ended(lab: Lab, executions: list[Execution]) -> None:
    row = lab.rows()[-1]
    assert (row["status"], row["date_updated"]) == ("ended", text(executions[0].ends_at))


def test_an_execution_is_not_listed_before_its_creation(lab: Lab) -> None:
    late = lab.flow.add(lab.clock() - MINUTE, visible_from=lab.clock() + 60 * MINUTE)
    future = lab.flow.add(lab.clock() + MINUTE)
    assert lab.sids() == []
    lab.clock.advance(minutes=1)
    assert lab.sids() == [future.sid]
    lab.clock.advance(minutes=59)
    assert lab.sids() == [future.sid, late.sid]


@pytest.mark.parametrize("ends_after", [None, MINUTE])
def test_an_execution_is_deleted_thirty_days_after_its_start(
    lab: Lab, ends_after: timedelta | None
) -> None:
    lab.flow.add(lab.clock(), lab.clock() + ends_after if ends_after else None)
    lab.clock.advance(days=30, seconds=-1)
    assert len(lab.sids()) == 1
    lab.clock.advance(seconds=1)
    assert lab.sids() == []


def test_thousands_in_one_second_are_each_listed_once(lab: Lab) -> None:
    added = {lab.flow.add(lab.clock()).sid for _ in range(3000)}
    found = lab.sids(PageSize=1000)
    assert len(found) == 3000
    assert set(found) == added


def test_keyset_tokens_are_stable_under_inserts(lab: Lab, executions: list[Execution]) -> None:
    lab.studio.on_request = lambda _: lab.flow.add(lab.clock())
    found = lab.sids(PageSize=2)
    assert found[1:] == sids(executions)[::-1]


def test_meta_is_as_documented(lab: Lab, executions: list[Execution]) -> None:
    assert executions
    base = f"https://studio.twilio.com{lab.url}"
    first, second, *_, last = (page["meta"] for page in lab.pages(PageSize=3))
    assert first["url"] == first["first_page_url"] == f"{base}?PageSize=3&Page=0"
    assert first["previous_page_url"] is None
    assert first["next_page_url"] == second["url"]
    assert second["url"].startswith(f"{base}?PageSize=3&Page=1&PageToken=")
    assert (second["page"], second["page_size"], second["key"]) == (1, 3, "executions")
    assert last["next_page_url"] is None


def test_previous_page_url_leads_back(lab: Lab, executions: list[Execution]) -> None:
    assert executions
    pages = lab.pages(PageSize=3)
    back = lab.page(pages[2]["meta"]["previous_page_url"])
    assert back["executions"] == pages[1]["executions"]


def test_a_record_is_about_800_bytes_without_its_context(lab: Lab) -> None:
    plain, large = lab.flow.add(lab.clock()), lab.flow.add(lab.clock(), context_bytes=10_000)
    lengths = [len(lab.ask(f"{lab.url}/{each.sid}").body) for each in (plain, large)]
    assert 700 < lengths[0] < 900
    assert lengths[1] - lengths[0] == 10_000 - len("{}")


def test_every_operation_fits_twilios_schema(lab: Lab, executions: list[Execution]) -> None:
    one = f"{lab.url}/{executions[0].sid}"
    paths = ["/v2/Flows", f"/v2/Flows/{lab.flow.sid}", lab.url]
    for path in [*paths, one, f"{one}/Context", f"{one}/Steps"]:
        response = lab.ask(path)
        validator(path).validate(lab.page(path))
        assert set(operation(path)["headers"]) <= set(response.headers)
        assert response.headers["Twilio-Request-Id"].startswith("RQ")


def test_the_same_seed_makes_the_same_account(lab: Lab) -> None:
    bodies = []
    for _ in range(2):
        studio = Studio(lab.clock)
        flow = studio.add_flow()
        fill(flow, 100, lab.clock() - timedelta(days=2), lab.clock(), Traffic(late=0.1))
        bodies.append(Reader(studio).pages(flow, PageSize=30))
    assert bodies[0] == bodies[1]


def test_there_returns_what_a_listing_shows(lab: Lab) -> None:
    now = lab.clock()
    fill(lab.flow, 300, now - timedelta(days=40), now + timedelta(days=1), Traffic(late=0.5))
    expected = sids(lab.flow.there(now))
    assert 0 < len(expected) < 300
    assert lab.sids() == expected[::-1]
