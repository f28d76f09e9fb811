"""When a person must look."""

import pytest

from studio_export.model import FlowSummary, Summary
from studio_export.telemetry import NAMESPACE, measures
from tests.template.rendered import Rendered, render

TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"


@pytest.mark.parametrize(
    ("alarm", "queue"),
    [
        ("FailedInvocationsAlarm", "failedinvocations"),
        ("UndeliveredTicksAlarm", "undeliveredticks"),
    ],
)
def test_an_alarm_watches_each_queue_of_failures(stack: Rendered, alarm: str, queue: str) -> None:
    properties = stack.properties(alarm)

    assert properties["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert properties["Dimensions"] == [{"Name": "QueueName", "Value": queue}]
    assert (properties["ComparisonOperator"], properties["Threshold"]) == (
        "GreaterThanThreshold",
        0,
    )


def test_an_alarm_watches_the_errors_of_the_function(stack: Rendered) -> None:
    alarm = stack.properties("ErrorsAlarm")

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": "exporter"}]


def test_silence_is_an_alarm_too(stack: Rendered) -> None:
    alarm = stack.properties("NoTicksAlarm")

    assert (alarm["MetricName"], alarm["TreatMissingData"]) == ("Invocations", "breaching")
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)


def test_an_alarm_watches_the_headroom_that_the_function_reports(stack: Rendered) -> None:
    alarm = stack.properties("RetentionHeadroomAlarm")
    summary = Summary(flows=(FlowSummary("FW0", headroom_seconds=3600),))

    assert alarm["Namespace"] == NAMESPACE
    said = stack.properties("Exporter")["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": said}]
    assert alarm["MetricName"] in {name for name, _, _ in measures(summary)}
    assert alarm["ComparisonOperator"] == "LessThanThreshold"


@pytest.mark.parametrize("minutes", [5, 15, 60])
def test_alarms_look_once_a_tick_for_a_day_at_most(minutes: int) -> None:
    """CloudWatch refuses an alarm that looks back longer than a day."""
    stack = render(TickMinutes=minutes)

    for name in ("ErrorsAlarm", "NoTicksAlarm", "RetentionHeadroomAlarm"):
        alarm = stack.properties(name)
        assert alarm["Period"] == minutes * 60
        assert alarm["Period"] * alarm["EvaluationPeriods"] <= 86_400


def test_alarms_tell_nobody_by_default(stack: Rendered) -> None:
    alarms = stack.of_type("AWS::CloudWatch::Alarm")

    assert len(alarms) == 5
    assert not [name for name, alarm in alarms.items() if "AlarmActions" in alarm]


def test_alarms_tell_the_topic_that_is_given() -> None:
    alarms = render(AlarmTopicArn=TOPIC).of_type("AWS::CloudWatch::Alarm")

    assert all(alarm["AlarmActions"] == [TOPIC] for alarm in alarms.values())
