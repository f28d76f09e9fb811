"""Measure this process (CPU by rusage, memory by VmHWM), or a child process."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.bench.pages import Dataset

_TIMEOUT_SECONDS = 300
# The template's setting of malloc, as part of the exporter. Rivals run without it, as users run
# them; the floor has it too, because it does the same I/O.
MALLOC = {"MALLOC_TOP_PAD_": "33554432"}
_WITH_MALLOC = {"export", "backfill", "floor"}
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIABENCH",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_LAMBDA_FUNCTION_NAME": "exporter",
    "EXPORT_BUCKET": "bucket",
    "CHECKPOINT_TABLE": "table",
    "TWILIO_API_KEY": "SK" + "0" * 32,
    "TWILIO_API_SECRET": "secret",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a whole process, and of its `work` after imports and clients.

    `peak_bytes` is VmHWM: `ru_maxrss` would be the parent's after a fork.
    """

    cpu_seconds: float
    work_cpu_seconds: float
    work_wall_seconds: float
    peak_bytes: int


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def cpu_of(work: Callable[[], object]) -> float:
    """Return CPU seconds of short work: rusage has the resolution of the kernel's clock."""
    before = time.process_time()
    work()
    return time.process_time() - before


def child(name: str, *arguments: object) -> Cost:
    """Do the work `name` in a new process; return its cost from the first import on."""
    environment = {**ENVIRONMENT, **(MALLOC if name in _WITH_MALLOC else {})}
    return Cost(**result_of("tools.bench.work", name, *arguments, environment=environment))


def result_of(module: str, *arguments: object, environment: Mapping[str, str] = {}) -> Any:
    """Run a module in a new process; return the JSON of the last line that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
        timeout=_TIMEOUT_SECONDS,
    )
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def stub(
    dataset: Dataset, latency_seconds: float = 0.0, module: str = "tools.bench.stub"
) -> Iterator[str]:
    """Run a stub that serves the dataset; yield its URL."""
    command = [sys.executable, "-m", module, f"--pages={dataset.pages}"]
    command += [f"--record-bytes={dataset.record_bytes}", f"--step-seconds={dataset.step_seconds}"]
    command += [f"--start={dataset.start.isoformat()}", f"--latency-seconds={latency_seconds}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield (process.stdout or sys.stdin).readline().strip()
        finally:
            process.kill()
