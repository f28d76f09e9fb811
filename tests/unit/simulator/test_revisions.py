import json
from datetime import timedelta
from typing import Any

import pytest

from simulator.account import Flow
from simulator.clock import VirtualClock
from simulator.openapi import validator
from simulator.personal import PERSONAL, SECRETS
from simulator.reader import Reader

DAY = timedelta(days=1)


@pytest.fixture
def three(flow: Flow, clock: VirtualClock) -> Flow:
    """A Flow with a revision of last year, one of today and a draft of today."""
    flow.publish(clock() - timedelta(hours=1))
    flow.publish(clock(), published=False)
    return flow


def fetched(reader: Reader, flow: Flow, which: object) -> dict[str, Any]:
    path = f"/v2/Flows/{flow.sid}/Revisions/{which}"
    found = reader.page(path)
    validator(path).validate(found)
    return found


def numbers(reader: Reader, flow: Flow) -> list[int]:
    page = reader.page(f"/v2/Flows/{flow.sid}/Revisions")
    return [row["revision"] for row in page["revisions"]]


def test_revisions_are_listed_newest_first_without_a_definition(
    reader: Reader, three: Flow
) -> None:
    path = f"/v2/Flows/{three.sid}/Revisions"
    pages = list(reader.follow(f"{path}?PageSize=2"))
    for page in pages:
        validator(path).validate(page)
        assert page["meta"]["key"] == "revisions"
    rows = [row for page in pages for row in page["revisions"]]
    assert [(row["revision"], row["status"]) for row in rows] == [
        (3, "draft"),
        (2, "published"),
        (1, "published"),
    ]
    assert {row["definition"] for row in rows} == {None}


@pytest.mark.parametrize(
    ("which", "number"), [(1, 1), (3, 3), ("LatestPublished", 2), ("LatestRevision", 3)]
)
def test_a_revision_is_fetched_by_number_or_name(
    reader: Reader, three: Flow, which: object, number: int
) -> None:
    found = fetched(reader, three, which)
    assert (found["revision"], found["url"][-1]) == (number, str(number))


@pytest.mark.parametrize("which", ["0", "01", "4", "Latest", "latestPublished"])
def test_another_revision_is_404(reader: Reader, three: Flow, which: str) -> None:
    assert reader.ask(f"/v2/Flows/{three.sid}/Revisions/{which}").status == 404


def test_a_revision_appears_when_it_is_made(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    flow.publish(clock() + DAY)
    assert numbers(reader, flow) == [1]
    assert reader.ask(f"/v2/Flows/{flow.sid}/Revisions/2").status == 404
    clock.advance(days=1)
    assert numbers(reader, flow) == [2, 1]
    assert fetched(reader, flow, "LatestPublished")["revision"] == 2


def test_an_execution_names_the_revision_that_it_runs(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    flow.add(clock())
    flow.publish(clock() + DAY)
    flow.publish(clock() + DAY, published=False)
    flow.add(clock() + DAY / 2)
    flow.add(clock() + DAY)
    clock.advance(days=2)
    assert [row["flow_version"] for row in reader.rows(flow)] == [2, 1, 1]


def test_every_ten_thousandth_execution_runs_a_new_revision(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    for _ in range(10_001):
        flow.add(clock())
    assert [flow.executions[n].revision for n in (0, 9999, 10_000)] == [1, 1, 2]
    assert numbers(reader, flow) == [2, 1]


def test_a_definition_has_every_widget_that_steps_name(
    reader: Reader, flow: Flow, clock: VirtualClock
) -> None:
    states = {state["name"]: state for state in fetched(reader, flow, 1)["definition"]["states"]}
    for _ in range(100):
        execution = flow.add(clock() - DAY, clock())
        for step in reader.steps(flow, execution):
            if step["parent_step_sid"] or step["name"] == "hangup":
                continue
            state = states[step["transitioned_from"]]
            following = {
                (each["event"], each.get("next", "Ended")) for each in state["transitions"]
            }
            assert state["type"] == step["type"]
            assert (step["name"], step["transitioned_to"]) in following


def test_a_widget_may_have_another_name_in_the_next_revision(reader: Reader, three: Flow) -> None:
    first, second = (
        {state["name"] for state in fetched(reader, three, number)["definition"]["states"]}
        for number in (1, 2)
    )
    assert (first - second, second - first) == ({"greet"}, {"welcome"})


def test_a_definition_has_a_secret_and_no_personal_value(reader: Reader, flow: Flow) -> None:
    text = json.dumps(fetched(reader, flow, 1))
    assert all(value in text for value in SECRETS.values())
    assert not any(value in text for value in PERSONAL.values())
    listed = json.dumps(reader.page(f"/v2/Flows/{flow.sid}/Revisions"))
    assert not any(value in listed for value in SECRETS.values())


def test_a_flow_shows_its_newest_revision(reader: Reader, three: Flow) -> None:
    found = reader.page(f"/v2/Flows/{three.sid}")
    assert (found["revision"], found["status"]) == (3, "draft")
    assert found["definition"] == fetched(reader, three, 3)["definition"]
