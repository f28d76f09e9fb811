"""The demo's exporter: a process of its own, which can be killed. A tick for each line of stdin.

It is the command's own code, but for the clock: virtual time comes with each tick. What it says,
a line of JSON each, is how many lines it exported so far, and at the end of a tick its summary.
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
from studio_export_cli.session import Session, open_session, resolve

# As the template has it for a tick every 15 minutes. A lease lasts as long, in virtual time.
_TICK_SECONDS = 840.0


class TickClock:
    """A `Clock` that stands at a tick's instant; waiting is real."""

    def __init__(self) -> None:
        self._now: datetime | None = None

    def set(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        if self._now is None:
            raise ValueError("no tick has come")
        return self._now

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def main() -> None:
    clock = TickClock()
    session = open_session(*resolve(sys.argv[1], None, {}, environment()), clock)
    for line in sys.stdin:
        clock.set(datetime.fromisoformat(line.strip()))
        _tick(session)


def _tick(session: Session) -> None:
    lines: dict[str, int] = {}

    def heard(flow: FlowSummary) -> None:
        lines[flow.flow_sid] = flow.counts.lines
        _say({"lines": sum(lines.values())})

    exporter = replace(session.exporter, progress=heard)
    _say(as_json(exporter.export(None, session.owner, _TICK_SECONDS)))


def _say(told: Mapping[str, object]) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
