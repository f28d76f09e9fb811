"""When the function runs, and where failed and undelivered events go."""

import pytest

from tools.devkit.template.rendered import Rendered, render


def test_eventbridge_scheduler_runs_every_15_minutes_by_default(stack: Rendered) -> None:
    schedule = stack.properties("ExporterRun")

    assert schedule["ScheduleExpression"] == "rate(15 minutes)"
    assert schedule["Target"]["Arn"].endswith(":function:exporter")


def test_the_period_is_a_parameter() -> None:
    schedule = render(ScheduleMinutes=5).properties("ExporterRun")

    assert schedule["ScheduleExpression"] == "rate(5 minutes)"


def test_the_run_has_no_input_of_its_own(stack: Rendered) -> None:
    """With an input that has one of our keys, every run would be a replay."""
    assert "Input" not in stack.properties("ExporterRun")["Target"]


def test_a_second_stack_fits_beside_the_first(stack: Rendered) -> None:
    names = {"AWS::Scheduler::Schedule": "Name", "AWS::S3::Bucket": "BucketName"}
    names |= {"AWS::DynamoDB::Table": "TableName", "AWS::Lambda::Function": "FunctionName"}

    assert not [
        logical_id
        for kind, name in names.items()
        for logical_id, properties in stack.of_type(kind).items()
        if name in properties
    ]


@pytest.mark.parametrize("minutes", [5, 15, 60])
def test_an_undelivered_run_is_retried_a_little_and_never_beyond_the_next(minutes: int) -> None:
    policy = render(ScheduleMinutes=minutes).properties("ExporterRun")["Target"]["RetryPolicy"]

    assert policy["MaximumRetryAttempts"] <= 3
    assert 60 <= policy["MaximumEventAgeInSeconds"] <= minutes * 60


def test_an_undelivered_run_ends_in_a_queue_of_its_own(stack: Rendered) -> None:
    undelivered = stack.properties("ExporterRun")["Target"]["DeadLetterConfig"]["Arn"]
    failed = stack.properties("ExporterEventInvokeConfig")["DestinationConfig"]["OnFailure"]

    assert undelivered == "arn:aws:sqs:us-east-1:123456789012:undeliveredruns"
    assert failed["Destination"] == "arn:aws:sqs:us-east-1:123456789012:failedinvocations"


def test_a_failed_invocation_is_retried_a_little_and_for_a_bounded_time(stack: Rendered) -> None:
    config = stack.properties("ExporterEventInvokeConfig")

    assert config["MaximumRetryAttempts"] <= 1
    assert config["MaximumEventAgeInSeconds"] <= 3600


def test_queues_keep_a_message_for_a_fortnight_and_encrypt_it(stack: Rendered) -> None:
    for queue in stack.of_type("AWS::SQS::Queue").values():
        assert queue["MessageRetentionPeriod"] == 14 * 86_400
        assert queue["SqsManagedSseEnabled"] is True
