"""`studio-export doctor` checks a deployed stack."""

import json
from typing import Any
from uuid import uuid4

import boto3

from tests.contract.checkpoint_tables import DynamoDbBench
from tests.integration.cli.diagnosis import diagnose, make_bucket, only_failure, select
from tests.integration.cli.running import run
from tools.devkit.servers.server import AwsServer


def _stack(aws: dict[str, Any], schedule: str = "ENABLED") -> tuple[str, str]:
    """A stack's name, and the URL of its queue of failed invocations."""
    _, bucket = make_bucket(aws)
    name = f"export-{uuid4().hex[:8]}"
    table = DynamoDbBench(AwsServer("moto", aws["endpoint_url"]), name)
    table.create()
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    outputs = {
        "Bucket": bucket,
        "Prefix": "studio",
        "CheckpointTable": name,
        "FunctionArn": arn,
        "FailedInvocationsQueue": {"Ref": "Failed"},
    }
    template = {
        "Resources": {"Failed": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    boto3.client("cloudformation", **aws).create_stack(
        StackName=name, TemplateBody=json.dumps(template)
    )
    boto3.client("scheduler", **aws).create_schedule(
        Name=name,
        ScheduleExpression="rate(15 minutes)",
        State=schedule,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": "arn:aws:iam::123456789012:role/schedule"},
    )
    return name, boto3.client("sqs", **aws).get_queue_url(QueueName=name)["QueueUrl"]


def test_a_stack_has_its_dataset_schedule_and_queues_checked(aws: dict[str, Any]) -> None:
    name, _ = _stack(aws)
    checks = diagnose("--stack", name, code=0)
    passed = select(checks, "OK")
    assert ("schedule", "it is enabled: rate(15 minutes)") in passed
    assert ("queue", f"{name} is empty") in passed
    assert ("table", "it exists and has the right keys") in passed


def test_a_disabled_schedule(aws: dict[str, Any]) -> None:
    name, _ = _stack(aws, schedule="DISABLED")
    failure = only_failure(diagnose("--stack", name, code=1))
    assert failure["message"] == "it is disabled, so nothing runs"


def test_the_last_failed_invocation_is_shown_with_its_error(aws: dict[str, Any]) -> None:
    name, queue_url = _stack(aws)
    record = {
        "requestPayload": {"secret": "of the event"},
        "responsePayload": {"errorType": "AccessDeniedError", "errorMessage": "Twilio refuses"},
    }
    boto3.client("sqs", **aws).send_message(QueueUrl=queue_url, MessageBody=json.dumps(record))
    for _ in range(2):  # the message stays visible
        failure = only_failure(diagnose("--stack", name, code=1))
        assert failure["message"].startswith(f"{name} has 1 message. Newest: ")
        assert failure["message"].endswith("AccessDeniedError: Twilio refuses")


def test_a_stack_that_is_not_there_leads_to_one_line(aws: dict[str, Any]) -> None:
    assert aws
    result = run("doctor", "--stack", "nowhere")
    assert result.exit_code in {3, 75}
    assert "cloudformation:DescribeStacks on nowhere" in result.stderr
