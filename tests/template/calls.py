"""The calls to AWS that the function may make, and what each needs to be allowed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.template import recorder

# On the PYTHONPATH of a process, it writes each call to the file that RECORDED_CALLS names.
RECORDER = Path(next(iter(recorder.__path__)))

# What the role allows, no more and no less. The first five are the function's own calls; Lambda
# itself makes the last three with the function's role.
EXPECTED_CALLS = frozenset(
    {
        "s3:PutObject",
        "s3:GetObject",
        "s3:ListBucket",
        "dynamodb:UpdateItem",
        "dynamodb:GetItem",
        "secretsmanager:GetSecretValue",
    }
)
CALLS_OF_LAMBDA = frozenset({"sqs:SendMessage", "logs:CreateLogStream", "logs:PutLogEvents"})


@dataclass(frozen=True, slots=True)
class Call:
    """A request as IAM sees it."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


def recorded(calls: Path) -> "list[Call]":
    return [call_of(*json.loads(line)) for line in calls.read_text().splitlines()]


def call_of(operation: str, parameters: Mapping[str, Any]) -> Call:
    """The request that a call of boto3 makes: its operation's name, and its keyword arguments.

    Raises:
        ValueError: the operation is not one that the function may use.
    """
    match operation:
        case "PutObject" | "GetObject":
            context = {"s3:ObjectCreationOperation": "true"} if operation == "PutObject" else {}
            if "IfNoneMatch" in parameters:
                context["s3:if-none-match"] = parameters["IfNoneMatch"]
            place = f"arn:aws:s3:::{parameters['Bucket']}/{parameters['Key']}"
            return Call(f"s3:{operation}", place, context)
        case "ListObjectsV2":
            context = {"s3:prefix": parameters["Prefix"]} if "Prefix" in parameters else {}
            return Call("s3:ListBucket", f"arn:aws:s3:::{parameters['Bucket']}", context)
        case "UpdateItem" | "GetItem":
            table = parameters["TableName"]
            place = f"arn:aws:dynamodb:us-east-1:123456789012:table/{table}"
            return Call(f"dynamodb:{operation}", place)
        case "GetSecretValue":
            return Call("secretsmanager:GetSecretValue", parameters["SecretId"])
    raise ValueError(f"{operation} is not a call that the function may make")
