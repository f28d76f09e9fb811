"""The doctor looks at a deployed stack."""

import json
from typing import Any
from uuid import uuid4

import boto3

from tests.contract.checkpoint_tables import DynamoDbBench
from tests.integration.cli.diagnosis import by, make_bucket, one_wrong, told
from tests.integration.cli.running import run
from tools.devkit.servers.server import AwsServer


def _stack(aws: dict[str, Any]) -> tuple[str, str, str]:
    """A stack's name, its queue of failed invocations, and the ARN of its function."""
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
    return name, boto3.client("sqs", **aws).get_queue_url(QueueName=name)["QueueUrl"], arn


def _schedule(aws: dict[str, Any], arn: str, state: str) -> None:
    boto3.client("scheduler", **aws).create_schedule(
        Name=arn.rpartition(":")[2],
        ScheduleExpression="rate(15 minutes)",
        State=state,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": "arn:aws:iam::123456789012:role/schedule"},
    )


def test_a_stack_tells_its_place_schedule_and_queues(aws: dict[str, Any]) -> None:
    name, _, arn = _stack(aws)
    _schedule(aws, arn, "ENABLED")
    verdicts = told("--stack", name, code=0)
    said = by(verdicts, "ok")
    assert ("schedule", "enabled, rate(15 minutes)") in said
    assert ("queue", f"{name} is empty") in said
    assert ("table", "is there, with the right keys") in said


def test_a_disabled_schedule(aws: dict[str, Any]) -> None:
    name, _, arn = _stack(aws)
    _schedule(aws, arn, "DISABLED")
    assert one_wrong(told("--stack", name, code=1))["what"] == "disabled: no tick comes"


def test_the_last_failed_invocation_is_told_with_its_error(aws: dict[str, Any]) -> None:
    name, queue_url, arn = _stack(aws)
    _schedule(aws, arn, "ENABLED")
    record = {
        "requestPayload": {"secret": "of the event"},
        "responsePayload": {"errorType": "AccessDeniedError", "errorMessage": "Twilio refuses"},
    }
    boto3.client("sqs", **aws).send_message(QueueUrl=queue_url, MessageBody=json.dumps(record))
    for _ in range(2):  # looking hides the message from nobody
        wrong = one_wrong(told("--stack", name, code=1))
        assert wrong["what"].startswith(f"{name} has 1 message; the newest: ")
        assert wrong["what"].endswith("AccessDeniedError: Twilio refuses")


def test_a_stack_that_is_not_there_is_told_in_a_line(aws: dict[str, Any]) -> None:
    assert aws
    result = run("doctor", "--stack", "nowhere")
    assert result.exit_code in {3, 75}
    assert "cloudformation:DescribeStacks on nowhere" in result.stderr
