"""An execution environment of Lambda here: its runtime and emulator, with Lambda's own errors."""

import json
import re
from dataclasses import dataclass
from http.client import HTTPException

from tools.devkit.servers.lambda_service import Outcome
from tools.local_lambda.runtime import LambdaRuntime

_TIMED_OUT = re.compile(r"Task timed out after [0-9.]+ seconds")


@dataclass(frozen=True, slots=True)
class EmulatedEnvironment:
    """A runtime that is started; it handles one event at a time."""

    runtime: LambdaRuntime

    def invoke(self, event: bytes) -> Outcome:
        """Run the handler, and describe a failure as Lambda does."""
        try:
            body = self.runtime.post(event)
        except (OSError, HTTPException):
            # The emulator answers 502 or breaks the connection; the next invocation starts cold.
            return _failure("Runtime.ExitError", "Runtime exited with error: signal: killed")
        return outcome_of(body)


def outcome_of(body: bytes) -> Outcome:
    """Read the result from the emulator's body, which has status 200 also for an error."""
    try:
        value = json.loads(body)
    except ValueError:
        message = body.decode(errors="replace").strip()
        is_timeout = _TIMED_OUT.search(message)
        return _failure("Sandbox.Timedout" if is_timeout else "Runtime.Unknown", message)
    is_error = isinstance(value, dict) and {"errorMessage", "errorType"} <= value.keys()
    return Outcome(body, failed=is_error)


def _failure(kind: str, message: str) -> Outcome:
    return Outcome(json.dumps({"errorType": kind, "errorMessage": message}).encode(), failed=True)
