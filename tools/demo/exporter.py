"""The demo's exporter: a process of its own, which can be killed. A run for each line of stdin.

It is the command's own code, but for the clock: virtual time comes with each run. What it says,
a line of JSON each, is how many lines it exported so far, and at the end of a run its summary.
"""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from studio_export.function.result import as_json
from studio_export.model import FlowSummary
from studio_export.settings import environment
from studio_export_cli.session import Command, open_command, understood

# As the template has it for a run every 15 minutes. A lease lasts as long, in virtual time.
_RUN_SECONDS = 840.0


class RunClock:
    """A `Clock` that stands at a run's instant; waiting is real."""

    def __init__(self) -> None:
        self._now: datetime | None = None

    def set(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        if self._now is None:
            raise ValueError("no run has come")
        return self._now

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def main() -> None:
    clock = RunClock()
    command = open_command(*understood(sys.argv[1], None, {}, environment()), clock)
    for line in sys.stdin:
        clock.set(datetime.fromisoformat(line.strip()))
        _run(command)


def _run(command: Command) -> None:
    lines: dict[str, int] = {}

    def heard(flow: FlowSummary) -> None:
        lines[flow.flow_sid] = flow.counts.lines
        _say({"lines": sum(lines.values())})

    exporter = replace(command.exporter, progress=heard)
    _say(as_json(exporter.export(None, command.owner, _RUN_SECONDS)))


def _say(told: Mapping[str, object]) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
