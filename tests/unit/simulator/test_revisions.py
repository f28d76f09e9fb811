import json
from datetime import timedelta
from typing import Any

import pytest

from simulator.openapi import validator
from simulator.personal import PERSONAL, SECRETS
from tests.unit.simulator.lab import Lab

DAY = timedelta(days=1)


@pytest.fixture
def three(lab: Lab) -> Lab:
    """A laboratory whose Flow has a revision of last year, one of today and a draft of today."""
    lab.flow.publish(lab.clock() - timedelta(hours=1))
    lab.flow.publish(lab.clock(), published=False)
    return lab


def fetched(lab: Lab, which: object) -> dict[str, Any]:
    path = f"/v2/Flows/{lab.flow.sid}/Revisions/{which}"
    found = lab.page(path)
    validator(path).validate(found)
    return found


def numbers(lab: Lab) -> list[int]:
    page = lab.page(f"/v2/Flows/{lab.flow.sid}/Revisions")
    return [row["revision"] for row in page["revisions"]]


def test_revisions_are_listed_newest_first_without_a_definition(three: Lab) -> None:
    path = f"/v2/Flows/{three.flow.sid}/Revisions"
    pages = list(three.reader.follow(f"{path}?PageSize=2"))
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
def test_a_revision_is_fetched_by_number_or_name(three: Lab, which: object, number: int) -> None:
    found = fetched(three, which)
    assert (found["revision"], found["url"][-1]) == (number, str(number))


@pytest.mark.parametrize("which", ["0", "01", "4", "Latest", "latestPublished"])
def test_another_revision_is_404(three: Lab, which: str) -> None:
    assert three.ask(f"/v2/Flows/{three.flow.sid}/Revisions/{which}").status == 404


def test_a_revision_appears_when_it_is_made(lab: Lab) -> None:
    lab.flow.publish(lab.clock() + DAY)
    assert numbers(lab) == [1]
    assert lab.ask(f"/v2/Flows/{lab.flow.sid}/Revisions/2").status == 404
    lab.clock.advance(days=1)
    assert numbers(lab) == [2, 1]
    assert fetched(lab, "LatestPublished")["revision"] == 2


def test_an_execution_names_the_revision_that_it_runs(lab: Lab) -> None:
    lab.flow.add(lab.clock())
    lab.flow.publish(lab.clock() + DAY)
    lab.flow.publish(lab.clock() + DAY, published=False)
    lab.flow.add(lab.clock() + DAY / 2)
    lab.flow.add(lab.clock() + DAY)
    lab.clock.advance(days=2)
    assert [row["flow_version"] for row in lab.rows()] == [2, 1, 1]


def test_every_ten_thousandth_execution_runs_a_new_revision(lab: Lab) -> None:
    for _ in range(10_001):
        lab.flow.add(lab.clock())
    assert [lab.flow.executions[n].revision for n in (0, 9999, 10_000)] == [1, 1, 2]
    assert numbers(lab) == [2, 1]


def test_a_definition_has_every_widget_that_steps_name(lab: Lab) -> None:
    states = {state["name"]: state for state in fetched(lab, 1)["definition"]["states"]}
    for _ in range(100):
        execution = lab.flow.add(lab.clock() - DAY, lab.clock())
        for step in lab.steps(execution):
            if step["parent_step_sid"] or step["name"] == "hangup":
                continue
            state = states[step["transitioned_from"]]
            following = {
                (each["event"], each.get("next", "Ended")) for each in state["transitions"]
            }
            assert state["type"] == step["type"]
            assert (step["name"], step["transitioned_to"]) in following


def test_a_widget_may_have_another_name_in_the_next_revision(three: Lab) -> None:
    first, second = (
        {state["name"] for state in fetched(three, number)["definition"]["states"]}
        for number in (1, 2)
    )
    assert (first - second, second - first) == ({"greet"}, {"welcome"})


def test_a_definition_has_a_secret_and_no_personal_value(lab: Lab) -> None:
    text = json.dumps(fetched(lab, 1))
    assert all(value in text for value in SECRETS.values())
    assert not any(value in text for value in PERSONAL.values())
    listed = json.dumps(lab.page(f"/v2/Flows/{lab.flow.sid}/Revisions"))
    assert not any(value in listed for value in SECRETS.values())


def test_a_flow_shows_its_newest_revision(three: Lab) -> None:
    found = three.page(f"/v2/Flows/{three.flow.sid}")
    assert (found["revision"], found["status"]) == (3, "draft")
    assert found["definition"] == fetched(three, 3)["definition"]
