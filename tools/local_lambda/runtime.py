"""Lambda without Docker: its runtime client (awslambdaric) under its emulator, over a SAM build.

Real are: the client, the invocation's deadline, SIGKILL at the time-out, the cold start after it.
Not: the image's operating system, the memory limit, and more than one invocation at a time.
"""

import json
import os
import platform
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Any, Self

from tools.devkit import program
from tools.devkit.servers.process import answers, free_ports
from tools.local_lambda.build import RUNTIME_PYTHON, SAM, Built

_HANDLER = "app.lambda_handler"
_START_SECONDS = 20
_STOP_SECONDS = 5
_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")


class RuntimeStartError(RuntimeError):
    """The emulator did not start; the message has its log."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of an invocation: the handler's value, or its `error`."""

    value: Any
    error: str | None
    seconds: float


@dataclass(slots=True)
class LambdaRuntime:
    """A function of Lambda between `with` and its end; its first invocation is a cold start.

    `environment` is the function's whole environment, beside what Lambda itself sets. Modules in
    `beside` are importable too: a test's instruments.
    """

    built: Built
    environment: Mapping[str, str]
    log_file: Path
    _: KW_ONLY
    timeout_seconds: int = 840
    beside: Sequence[Path] = ()
    _port: int = field(default=0, init=False)
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def __enter__(self) -> Self:
        self._port, api = free_ports(2)
        command = [str(_emulator()), "--runtime-interface-emulator-address"]
        command += [f"127.0.0.1:{self._port}", "--runtime-api-address", f"127.0.0.1:{api}"]
        command += [str(RUNTIME_PYTHON), "-m", "awslambdaric", _HANDLER]
        with self.log_file.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=self.built.function,
                env=self._whole_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        give_up = time.monotonic() + _START_SECONDS
        while not answers(f"{self.url}/"):
            if self._process.poll() is not None or time.monotonic() > give_up:
                self._stop()
                raise RuntimeStartError(f"the emulator did not start: {self.log[-2000:]}")
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    @property
    def url(self) -> str:
        """The endpoint for a Lambda client; the function's name is `function`."""
        return f"http://127.0.0.1:{self._port}"

    def invoke(self, event: Any) -> Answer:
        """Invoke the function once. Two invocations at once crash the emulator."""
        begun = time.monotonic()
        body = self.post(json.dumps(event).encode())
        return answer_of(body.decode(), time.monotonic() - begun)

    def post(self, event: bytes) -> bytes:
        """Invoke the function once, and return the emulator's response as it is.

        Raises:
            OSError, HTTPException: the function's process ended before it answered.
        """
        request = urllib.request.Request(  # noqa: S310  (loopback)
            f"{self.url}/2015-03-31/functions/function/invocations", data=event
        )
        timeout_seconds = self.timeout_seconds + 30
        with urllib.request.urlopen(request, timeout=timeout_seconds) as response:  # noqa: S310  (loopback)
            body: bytes = response.read()
        return body

    def kill_function(self) -> bool:
        """End the function's process by SIGKILL, not the emulator; False if there is none."""
        pid = self._process.pid if self._process else 0
        command = [shutil.which("pgrep") or "pgrep", "-P", str(pid)]
        found = program.run(command)
        for child in found.stdout.split():
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        return bool(found.stdout.split())

    @property
    def log(self) -> str:
        """The output of the function and the emulator so far."""
        return self.log_file.read_text(errors="replace")

    @property
    def cold_starts(self) -> list[float]:
        """Milliseconds of each initialisation. What REPORT lines call Init Duration is wrong."""
        return [float(milliseconds) for milliseconds in _INIT.findall(self.log)]

    def _stop(self) -> None:
        """End the emulator: SIGTERM, upon which it kills the function; SIGKILL would orphan it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _whole_environment(self) -> dict[str, str]:
        function, layer = self.built.function, self.built.layer / "python"
        lambda_sets = {
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.built.runtime}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_FUNCTION_NAME": "exporter",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(self.timeout_seconds),
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_LEVEL": "INFO",
            "AWS_REGION": "us-east-1",
            "LAMBDA_TASK_ROOT": str(function),
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join(map(str, [function, *self.beside, layer])),
            # The built folders are read-only in Lambda.
            "PYTHONDONTWRITEBYTECODE": "1",
            "TZ": ":UTC",
        }
        return {**lambda_sets, **self.environment}


def answer_of(body: str, seconds: float) -> Answer:
    """Read the result from the body: the emulator answers 200 to everything."""
    try:
        value = json.loads(body)
    except json.JSONDecodeError:
        return Answer(None, body.strip(), seconds)
    if isinstance(value, dict) and {"errorMessage", "errorType"} <= value.keys():
        return Answer(None, f"{value['errorType']}: {value['errorMessage']}", seconds)
    return Answer(value, None, seconds)


def _emulator() -> Path:
    """The runtime interface emulator that the SAM CLI's wheel carries."""
    name = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
    found = SAM.parents[1].glob(
        f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{name}"
    )
    return next(found)
