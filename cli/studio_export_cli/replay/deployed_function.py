"""The deployed function, invoked for its answer."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from studio_export import errors
from studio_export.adapters.aws_errors import translated
from studio_export.errors import FlowsFailedError, StudioExportError, UnavailableError


class LambdaFunction:
    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def invoke(self, event: Mapping[str, object]) -> dict[str, Any] | None:
        """The summary; None if the function was killed by its time-out.

        Raises:
            StudioExportError: what the function raised, or why it could not be invoked.
        """
        payload = json.dumps(event).encode()
        try:
            answer = self._client.invoke(FunctionName=self._name, Payload=payload)
            text = answer["Payload"].read()
        except (ClientError, BotoCoreError) as error:
            raise translated(error, "lambda:InvokeFunction", self._name) from error
        if b"Task timed out" in text:
            return None
        try:
            told = json.loads(text)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise UnavailableError(f"{self._name} did not answer with a summary")
        # Lambda says so in a header; its emulator in the body alone.
        if "errorType" in told:
            raise _raised(str(told["errorType"]), str(told.get("errorMessage", "")))
        return told


def _raised(kind: str, message: str) -> StudioExportError:
    ours = getattr(errors, kind, None)
    if isinstance(ours, type) and issubclass(ours, StudioExportError):
        return ours(message) if ours is not errors.ThrottledError else UnavailableError(message)
    return FlowsFailedError(f"{kind}: {message}")
