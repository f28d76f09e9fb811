"""Alarms: what each watches, which topic it notifies, and its section of the runbook.

That each goes off when it should, and not when it should not, is tried in `tests/operations`.
"""

import re
from pathlib import Path

import pytest

from studio_export.details.backlog import runs_between_looks
from tests.operations.outages import OUTAGES
from tools.devkit.operations.measure import measure_of
from tools.devkit.template.rendered import EVERY_DATASET, Rendered, render, transformed

TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
PAGER = "arn:aws:sns:us-east-1:123456789012:pager"
MADE = "arn:aws:sns:us-east-1:123456789012:alarmtopic"
PAGES = {"HeadroomCriticalAlarm", "NoSuccessfulRunForADayAlarm"}
ALARM = "AWS::CloudWatch::Alarm"
MINUTES = transformed()["Parameters"]["ScheduleMinutes"]["AllowedValues"]
EVERYTHING = {"Datasets": EVERY_DATASET, "Workers": 2}
ALARMS = sorted(render(**EVERYTHING).of_type(ALARM))
RUNBOOK = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text()


def topics_of(stack: Rendered) -> dict[str, set[str]]:
    """The topics that each alarm notifies, the same when it goes on and off."""
    alarms = stack.of_type(ALARM)
    assert all(alarm["AlarmActions"] == alarm["OKActions"] for alarm in alarms.values())
    return {name: set(alarm["AlarmActions"]) for name, alarm in alarms.items()}


def test_alarms_notify_a_created_topic_that_nobody_subscribes_to_unasked(stack: Rendered) -> None:
    assert all(topics == {MADE} for topics in topics_of(stack).values())
    assert stack.one("AWS::SNS::Topic")["Subscription"] == []
    assert stack.outputs["AlarmTopic"]["Value"] == MADE


def test_an_address_may_be_subscribed_to_the_topic_that_is_made() -> None:
    topic = render(AlarmEmail="someone@example.org").one("AWS::SNS::Topic")

    assert topic["Subscription"] == [{"Protocol": "email", "Endpoint": "someone@example.org"}]


def test_alarms_notify_a_given_topic_and_none_is_created() -> None:
    stack = render(AlarmTopicArn=TOPIC)

    assert all(topics == {TOPIC} for topics in topics_of(stack).values())
    assert not stack.of_type("AWS::SNS::Topic")
    assert stack.outputs["AlarmTopic"]["Value"] == TOPIC


def test_what_cannot_wait_may_go_to_a_topic_of_its_own() -> None:
    topics = topics_of(render(AlarmTopicArn=TOPIC, PageTopicArn=PAGER))

    assert {name for name, each in topics.items() if each == {PAGER}} == PAGES
    assert all(topics[name] == {TOPIC} for name in topics.keys() - PAGES)


@pytest.mark.parametrize("minutes", MINUTES)
def test_alarms_look_back_a_day_at_most(minutes: str) -> None:
    """CloudWatch refuses an alarm whose periods are together longer."""
    stack = render(ScheduleMinutes=minutes, **EVERYTHING)
    for alarm in stack.of_type(ALARM).values():
        _, period_seconds = measure_of(alarm)
        assert period_seconds * int(alarm["EvaluationPeriods"]) <= 86_400


@pytest.mark.parametrize("minutes", MINUTES)
def test_without_a_successful_run_for_an_hour_silence_is_alarming(minutes: str) -> None:
    """One hourly run may come late, so it takes two."""
    alarm = render(ScheduleMinutes=minutes).properties("NoSuccessfulRunAlarm")

    looks_back = int(alarm["Period"]) * int(alarm["EvaluationPeriods"])
    assert looks_back == (7200 if minutes == "60" else 3600)
    assert alarm["TreatMissingData"] == "breaching"


@pytest.mark.parametrize("minutes", MINUTES)
def test_failing_begins_when_three_runs_did_not_do_the_work(minutes: str) -> None:
    """Work that became due after a run has waited 2 to 3 periods when the third fails at it."""
    threshold = float(render(ScheduleMinutes=minutes).properties("FlowFailingAlarm")["Threshold"])

    assert 2 * 60 * int(minutes) < threshold < 3 * 60 * int(minutes)


@pytest.mark.parametrize("minutes", MINUTES)
def test_the_headroom_of_details_is_judged_over_the_runs_that_look_at_every_day(
    minutes: str,
) -> None:
    stack = render(ScheduleMinutes=minutes, Datasets=EVERY_DATASET)
    alarm = stack.properties("DetailsHeadroomAlarm")

    assert alarm["EvaluationPeriods"] == runs_between_looks(60 * int(minutes))
    assert alarm["Period"] == 60 * int(minutes)
    assert alarm["DatapointsToAlarm"] == 1


@pytest.mark.parametrize("dataset", ["steps", "contexts", "flow-revisions"])
def test_each_dataset_brings_the_alarms_of_details(stack: Rendered, dataset: str) -> None:
    of_details = {name for name in ALARMS if name.startswith("Details")}

    assert len(of_details) == 4
    assert not of_details & stack.of_type(ALARM).keys()
    with_it = render(Datasets=f"executions,{dataset}", Workers=2)
    assert with_it.of_type(ALARM).keys() == set(ALARMS)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_names_its_section_of_the_runbook(name: str) -> None:
    description = render(**EVERYTHING).properties(name)["AlarmDescription"]

    assert description.endswith(f"Runbook: docs/runbook.md#{name.lower()}")
    assert len(description) <= 1024


def sections() -> dict[str, str]:
    """The sections of the runbook that bear an alarm's name: GitHub's anchor is that, in lower
    case."""
    found = re.split(r"^#+ `?(\w+)`?$", RUNBOOK, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


@pytest.mark.parametrize("name", ALARMS)
def test_a_section_has_symptom_impact_remedy_and_how_it_was_tried(name: str) -> None:
    section = sections()[name]

    for question in ("Symptom", "Impact", "Look at", "Do", "It worked if", "Tried"):
        assert re.search(rf"\*\*[^*]*{question}[^*]*\*\*", section), question


@pytest.mark.parametrize("name", ALARMS)
def test_a_section_names_the_outages_that_set_its_alarm_off(name: str) -> None:
    tried = " ".join(sections()[name].partition("**Tried**")[2].split("\n\n")[0].split())
    named = [outage for outage in OUTAGES if f"*{outage.name}*" in tried]

    assert len(named) == len(re.findall(r"\*[^*]+\*", tried)) > 0
    assert [outage for outage in named if name in outage.alarms]


def test_the_runbook_has_no_alarm_that_is_not_there() -> None:
    assert set(re.findall(r"\b[A-Z]\w+Alarm\b", RUNBOOK)) == set(ALARMS)
