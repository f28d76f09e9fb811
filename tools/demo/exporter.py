"""The demo's exporter: a process that can be killed, and makes a run for each line of stdin.

It is the command's own code, except the clock: each line of stdin is the instant of its run. It
prints lines of JSON: how many lines it exported so far, the name of each object that it wrote, and
at the end of a run its summary.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from studio_export.detail_settings import read_details
from studio_export.function.result import as_json
from studio_export.settings import environment
from studio_export.summary import FlowSummary
from studio_export_cli.session import Session, open_session, resolve
from studio_export_cli.stores.directory import DirectoryStore
from tools.devkit.given_clock import GivenClock

# The template's for a run every 15 minutes. A lease is as long, in virtual time.
_RUN_SECONDS = 840.0


class DemoStore(DirectoryStore):
    """A directory whose files have the times of the demo's clock: Steps wait ten minutes of it."""

    def __init__(self, root: Path, now: Callable[[], datetime]) -> None:
        super().__init__(root)
        self._place = root
        self._now = now

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        is_written = super().put_if_absent(key, body, metadata)
        if is_written:
            set_time(self._place / key, self._now())
            _print({"wrote": key})
        return is_written


def set_time(path: Path, instant: datetime) -> None:
    os.utime(path, (instant.timestamp(), instant.timestamp()))


def main() -> None:
    clock = GivenClock()
    root, env = sys.argv[1], environment()
    destination, studio = resolve(root, None, {}, env)
    destination = replace(destination, store=DemoStore(Path(root), clock.now))
    session = open_session(destination, studio, clock, read_details(env))
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
    # One write: two threads that print would mix their lines.
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
