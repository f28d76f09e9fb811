"""Start the deployed state machine, and look at its execution."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from studio_export.adapters.aws_errors import aws_call
from studio_export_cli.replay.by_machine import Execution


class StateMachine:
    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    def start(self, event: Mapping[str, object]) -> str:
        """Start an execution, and return its ARN.

        Raises:
            StudioExportError: it could not be started.
        """
        # By the name AWS knows a call that is repeated, and starts nothing twice.
        call = {"stateMachineArn": self._arn, "name": uuid4().hex, "input": json.dumps(event)}
        with aws_call("states:StartExecution", self._arn):
            return str(self._client.start_execution(**call)["executionArn"])

    def look(self, execution: str) -> Execution:
        """Return how far an execution is.

        Raises:
            StudioExportError: that could not be asked.
        """
        with aws_call("states:DescribeExecution", execution):
            found = self._client.describe_execution(executionArn=execution)
        return Execution(
            execution,
            found["status"],
            found.get("output"),
            found.get("error", ""),
            found.get("cause", ""),
        )
