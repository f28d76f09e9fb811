"""Step Functions: moto's engine, which runs a definition and really invokes its functions."""

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import boto3

from tools.devkit.servers.moto import moto_server
from tools.devkit.servers.server import AwsServer

_POLL_SECONDS = 0.1
_ROLE = "arn:aws:iam::123456789012:role/fleet"  # no permission is checked here


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution that has ended.

    Attributes:
        output: None unless it succeeded.
        events: how many its history has; Step Functions ends an execution at 25,000.
    """

    status: str
    output: Any
    error: str
    cause: str
    events: int
    seconds: float


@dataclass(frozen=True)
class StepFunctions:
    """A server of state machines that invokes functions at the endpoint of a Lambda service."""

    server: AwsServer

    @cached_property
    def client(self) -> Any:
        return boto3.client("stepfunctions", **self.server.client_options())

    def create(self, definition: str) -> str:
        """Make a state machine, and return its ARN."""
        made = self.client.create_state_machine(
            name=f"fleet-{uuid4().hex[:8]}", definition=definition, roleArn=_ROLE
        )
        return str(made["stateMachineArn"])

    def start(self, machine: str, event: object) -> str:
        """Start an execution, and return its ARN."""
        # Without a name moto takes two executions with one input for the same.
        started = self.client.start_execution(
            stateMachineArn=machine, name=uuid4().hex, input=json.dumps(event)
        )
        return str(started["executionArn"])

    def wait(self, execution: str, timeout_seconds: float = 600) -> Execution:
        """Wait for the end of an execution.

        Raises:
            TimeoutError: it has not ended in time.
        """
        give_up = time.monotonic() + timeout_seconds
        while (found := self.client.describe_execution(executionArn=execution))[
            "status"
        ] == "RUNNING":
            if time.monotonic() > give_up:
                raise TimeoutError(f"{execution} has not ended after {timeout_seconds:g} s")
            time.sleep(_POLL_SECONDS)
        pages = self.client.get_paginator("get_execution_history").paginate(executionArn=execution)
        return Execution(
            found["status"],
            json.loads(found["output"]) if "output" in found else None,
            found.get("error", ""),
            found.get("cause", ""),
            sum(len(page["events"]) for page in pages),
            (found["stopDate"] - found["startDate"]).total_seconds(),
        )

    def run(self, machine: str, event: object, timeout_seconds: float = 600) -> Execution:
        return self.wait(self.start(machine, event), timeout_seconds)


@contextmanager
def step_functions(lambda_url: str) -> Iterator[StepFunctions]:
    """An engine that invokes functions at `lambda_url`, an endpoint on the loopback."""
    # moto's engine calls every service at this port of localhost.
    with moto_server({"MOTO_PORT": str(urlsplit(lambda_url).port)}) as server:
        request = urllib.request.Request(  # noqa: S310  (loopback)
            f"{server.endpoint}/moto-api/config",
            data=json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request):  # noqa: S310  (loopback)
            yield StepFunctions(server)
