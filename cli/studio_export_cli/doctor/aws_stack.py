"""Read the deployed stack: outputs, function, schedule and queues."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from studio_export.adapters.aws_errors import aws_call

_MAX_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """The number of messages in a queue, and the error of the newest that was received."""

    messages: int
    newest: str = ""


class StackInspection:
    """Each method can raise `AccessDeniedError` and `UnavailableError`.

    `client` makes a client of a service.
    """

    def __init__(self, client: Callable[[str], Any], stack: str) -> None:
        self._client = client
        self._stack = stack

    def outputs(self) -> Mapping[str, str]:
        client = self._client("cloudformation")
        with aws_call("cloudformation:DescribeStacks", self._stack):
            answer = client.describe_stacks(StackName=self._stack)
        found = answer["Stacks"][0].get("Outputs", [])
        return {each["OutputKey"]: each["OutputValue"] for each in found}

    def function_state(self, name: str) -> str:
        """Return `Active`, or the state or failed update that Lambda reports."""
        client = self._client("lambda")
        with aws_call("lambda:GetFunctionConfiguration", name):
            answer = client.get_function_configuration(FunctionName=name)
        if answer.get("LastUpdateStatus") == "Failed":
            return f"the last update failed: {answer.get('LastUpdateStatusReason', '')}"
        return str(answer.get("State", "Active"))

    def schedule_of(self, function_arn: str) -> tuple[str, str] | None:
        """Return the state (`ENABLED`, `DISABLED`) and expression of the schedule, if any."""
        client = self._client("scheduler")
        with aws_call("scheduler:ListSchedules", function_arn):
            pages = list(client.get_paginator("list_schedules").paginate())
        schedules = [schedule for page in pages for schedule in page["Schedules"]]
        ours = [each for each in schedules if each["Target"]["Arn"] == function_arn]
        if not ours:
            return None
        named = {"Name": ours[0]["Name"], "GroupName": ours[0]["GroupName"]}
        with aws_call("scheduler:GetSchedule", named["Name"]):
            found = client.get_schedule(**named)
        return found["State"], found["ScheduleExpression"]

    def waiting(self, queue_url: str) -> Waiting:
        """Receive up to ten messages of a queue; they stay visible to other consumers."""
        client = self._client("sqs")
        name = queue_url.rpartition("/")[2]
        depth = "ApproximateNumberOfMessages"
        with aws_call("sqs:GetQueueAttributes", name):
            count = client.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[depth])
        messages = int(count["Attributes"][depth])
        if not messages:
            return Waiting(0)
        with aws_call("sqs:ReceiveMessage", name):
            received = client.receive_message(
                QueueUrl=queue_url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=0,
                AttributeNames=["SentTimestamp"],
                MessageAttributeNames=["All"],
            )
        newest = max(received.get("Messages", []), key=_sent, default=None)
        return Waiting(messages, _describe(newest) if newest else "")


def _sent(message: Mapping[str, Any]) -> int:
    return int(message.get("Attributes", {}).get("SentTimestamp", 0))


def _describe(message: Mapping[str, Any]) -> str:
    """Return when it was sent, and its error: in Lambda's record, or Scheduler's attributes."""
    sent = datetime.fromtimestamp(_sent(message) / 1000, UTC)
    attributes = message.get("MessageAttributes", {})
    error = attributes.get("ERROR_MESSAGE", {}).get("StringValue", "")
    try:
        record = json.loads(message["Body"]).get("responsePayload", {})
        error = error or f"{record['errorType']}: {record['errorMessage']}"
    except (ValueError, KeyError, AttributeError, TypeError):
        error = error or "no readable error"
    return f"{sent:%Y-%m-%dT%H:%M:%SZ} {' '.join(error.split())[:_MAX_CHARACTERS]}"
