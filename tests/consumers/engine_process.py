"""A process of the engines' environment, which runs one job after another."""

import atexit
import json
import os
import subprocess
import threading
from collections.abc import Mapping
from tempfile import TemporaryFile
from typing import Any

from tests.consumers.pages import ROOT
from tools.devkit.environments import ensure

_TIMEOUT_SECONDS = 400


class EngineProcess:
    """The process; it ends with this one.

    One for all jobs of an engine, because Spark takes 20 s of CPU to start. Its time zone is not
    UTC, so that a page that depends on it fails.
    """

    def __init__(self) -> None:
        ensure("engines")
        self._log = TemporaryFile()  # noqa: SIM115  as long as the process
        self._process = subprocess.Popen(
            [str(ROOT / ".venv-engines/bin/python"), "-m", "tests.consumers.engines"],
            cwd=ROOT,
            env={**os.environ, "TZ": "Asia/Kathmandu"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        atexit.register(self._close)

    def _close(self) -> None:
        self._process.communicate()  # the end of its input ends it
        self._log.close()

    def run(self, job: Mapping[str, object]) -> dict[str, Any]:
        """Run the job; return its `result`, or the `error` that ended it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = threading.Timer(_TIMEOUT_SECONDS, self._process.kill)
        timer.start()
        try:
            print(json.dumps(job), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        answer: dict[str, Any] = json.loads(line) if line else {"error": self._end()}
        return answer

    def _end(self) -> str:
        """Describe how the process ended."""
        self._log.seek(0)
        log = self._log.read().decode(errors="replace")
        return f"the engine's process ended with {self._process.wait()}:\n{log[-5000:]}"
