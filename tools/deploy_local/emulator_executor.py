"""Lambda for LocalStack, which has only Docker's: Lambda's runtime client and emulator."""

import json
import os
from pathlib import Path
from tempfile import gettempdir

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from tools.local_lambda.build import Built
from tools.local_lambda.runtime import LambdaRuntime

# LocalStack names folders of its container, which are not on this machine.
_CONTAINER_VARIABLES = ("LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR")


class EmulatorExecutor(RuntimeExecutor):  # type: ignore[misc]
    """One execution environment: an emulator over the code and the layer as deployed.

    The variables in FUNCTION_VARIABLES, a JSON object, win over the function's own: no parameter of
    the template leads to a Studio without TLS.
    """

    def __init__(self, id: str, function_version: FunctionVersion) -> None:  # noqa: A002
        super().__init__(id, function_version)
        self._log = Path(gettempdir()) / f"lambda-{id}.log"
        self._runtime: LambdaRuntime | None = None

    def start(self, env_vars: dict[str, str]) -> None:
        config = self.function_version.config
        (layer,) = config.layers
        built = Built(
            function=config.code.get_unzipped_code_location(),
            layer=layer.code.get_unzipped_code_location(),
            template=Path(),
            runtime=config.runtime,
            architecture=config.architectures[0],
        )
        variables = {n: str(v) for n, v in env_vars.items() if n not in _CONTAINER_VARIABLES}
        variables |= json.loads(os.environ["FUNCTION_VARIABLES"])
        self._runtime = LambdaRuntime(built, variables, self._log, timeout_seconds=config.timeout)
        self._runtime.__enter__()

    def stop(self) -> None:
        if self._runtime is not None:
            self._runtime.__exit__()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        if self._runtime is None:
            raise RuntimeError("the environment was invoked before its start")
        begin = len(self.get_logs())
        answer = self._runtime.invoke(json.loads(payload["payload"]))
        value = answer.value if answer.error is None else _error(answer.error)
        return InvocationResult(
            request_id=payload["invoke-id"],
            payload=json.dumps(value).encode(),
            is_error=answer.error is not None,
            logs=self.get_logs()[begin:],
        )

    def get_logs(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return ""  # for LocalStack's own init, which the emulator replaces

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        for archive in (function_version.config, *function_version.config.layers):
            archive.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Keep the code: the next version may have the same, and does after most updates."""


def _error(error: str) -> dict[str, str]:
    kind, _, message = error.partition(": ")
    return {"errorType": kind, "errorMessage": message}
