"""Measure how many Executions a second get their Steps, with 100 ms a request.

python -m tools.bench.details
"""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import urllib3

from studio_export import wiring
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.detail_settings import read_details
from studio_export.export.exporter import Exporter
from studio_export.model import Credentials
from studio_export.settings import read_studio
from studio_export_cli.stores.directory import DirectoryStore
from tools.devkit.fakes.checkpoints import MemoryCheckpoints

_EXECUTIONS = 3000
_LATENCY_SECONDS = 0.1
_FAR_SECONDS = 1e6
_SETTLED_SECONDS = 3601
_CASES = (("executions,steps", 4), ("executions,steps", 8), ("executions,steps,contexts", 4))


def main() -> None:
    with TemporaryDirectory() as folder, _studio() as (url, credentials):
        exported = Path(folder, "exported")
        _exporter(url, credentials, exported, "executions", 8).export(None, "bench", _FAR_SECONDS)
        settled = time.time() - _SETTLED_SECONDS
        for path in exported.rglob("*.gz"):
            os.utime(path, (settled, settled))
        urllib3.request(
            "POST", f"{url}/_simulator/limits", json={"latency_seconds": _LATENCY_SECONDS}
        )
        print("| datasets | at once | Executions | s | Executions/s | CPU ms a request | peak MB |")
        print("|---|---|---|---|---|---|---|")
        for datasets, at_once in _CASES:
            to = Path(folder, f"{at_once}-{datasets.count(',')}")
            shutil.copytree(exported, to)
            print(_row(_exporter(url, credentials, to, datasets, at_once), datasets, at_once))
            sys.stdout.flush()


def _row(exporter: Exporter, datasets: str, at_once: int) -> str:
    if exporter.details is None:
        raise RuntimeError("no dataset beside Executions is on")
    details = replace(exporter.details, period_seconds=None)
    wall, cpu = time.monotonic(), time.process_time()
    summary = details.export(time.monotonic() + _FAR_SECONDS)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    if summary.error or summary.objects_left or not summary.counts.lines:
        raise RuntimeError(f"the details are not complete: {summary}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    requests = summary.counts.lines
    executions = requests // datasets.count(",")
    return (
        f"| {datasets} | {at_once} | {executions:,} | {wall:.1f} | {executions / wall:.1f}"
        f" | {cpu / requests * 1000:.2f} | {peak:.0f} |"
    )


def _exporter(
    url: str, credentials: Credentials, to: Path, datasets: str, at_once: int
) -> Exporter:
    env = {
        "TWILIO_API_KEY": credentials.username,
        "TWILIO_API_SECRET": credentials.password,
        "STUDIO_BASE_URL": url,
        "STUDIO_CONCURRENCY": str(at_once),
        "DATASETS": datasets,
        "DETAIL_CONCURRENCY": str(at_once),
    }
    return wiring.exporter(
        read_studio(env),
        StaticCredentials(credentials),
        DirectoryStore(to),
        MemoryCheckpoints(),
        SystemClock(),
        details=read_details(env),
    )


@contextmanager
def _studio() -> Iterator[tuple[str, Credentials]]:
    """Serve a simulated Studio in another process."""
    command = [sys.executable, "-m", "simulator", "--executions", str(_EXECUTIONS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise RuntimeError("the simulated Studio has no output")
        url, key, secret = process.stdout.readline().split()
        try:
            yield url, Credentials(key, secret)
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
