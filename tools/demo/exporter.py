"""The demo's exporter: a process that can be killed, and makes a run for each line of stdin.

It is the command's own code, except the clock: each line of stdin is the instant of its run. It
prints lines of JSON: how many lines it exported so far, and at the end of a run its summary.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from studio_export.function.result import as_json
from studio_export.settings import environment
from studio_export.summary import FlowSummary
from studio_export_cli.session import Session, open_session, resolve
from tools.devkit.given_clock import GivenClock

# The template's for a run every 15 minutes. A lease is as long, in virtual time.
_RUN_SECONDS = 840.0


def main() -> None:
    clock = GivenClock()
    session = open_session(*resolve(sys.argv[1], None, {}, environment()), clock)
    for line in sys.stdin:
        clock.set(datetime.fromisoformat(line.strip()))
        _run(session)


def _run(session: Session) -> None:
    lines: dict[str, int] = {}

    def on_progress(flow: FlowSummary) -> None:
        lines[flow.flow_sid] = flow.counts.lines
        _print({"lines": sum(lines.values())})

    exporter = replace(session.exporter, progress=on_progress)
    _print(as_json(exporter.export(None, session.owner, _RUN_SECONDS)))


def _print(line: Mapping[str, object]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
