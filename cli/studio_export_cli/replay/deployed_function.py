"""Invoke the deployed function and read its summary."""

import json
from collections.abc import Mapping
from typing import Any

from studio_export.adapters.aws_errors import aws_call
from studio_export.errors import UnavailableError
from studio_export_cli.replay.named_error import named_error


class LambdaFunction:
    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def invoke(self, event: Mapping[str, object]) -> dict[str, Any] | None:
        """Return the summary; None if Lambda killed the function at its timeout.

        Raises:
            StudioExportError: the function raised it, or it could not be invoked.
        """
        payload = json.dumps(event).encode()
        with aws_call("lambda:InvokeFunction", self._name):
            text = self._client.invoke(FunctionName=self._name, Payload=payload)["Payload"].read()
        if b"Task timed out" in text:
            return None
        try:
            summary = json.loads(text)
        except ValueError:
            summary = None
        if not isinstance(summary, dict):
            raise UnavailableError(
                f"{self._name} did not return a summary. Check that it is the exporter's function."
            )
        # Lambda sets a header too; its emulator has the error in the body alone.
        if "errorType" in summary:
            raise named_error(str(summary["errorType"]), str(summary.get("errorMessage", "")))
        return summary
