"""The stack of the outage's transcript, and a command run beside it as a person would."""

import os
import pty
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from simulator.server import StudioServer
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.model import Credentials
from studio_export_cli.stores.directory import DirectoryStore
from studio_export_cli.stores.sqlite import SqliteCheckpoints
from tools.devkit.operations.operation import Operation
from tools.devkit.repository import child_environment

SERVICE = "stack"  # as tests/template names it


@dataclass
class Stack(Operation):
    """A stack in operation that exports to a directory, from a Studio that it asks over HTTP."""

    root: Path = Path()

    @cached_property
    def server(self) -> StudioServer:
        return StudioServer(self.studio).__enter__()

    def restart(self) -> None:
        key = Credentials(*self.studio.account.api_key)
        source = TwilioHttp(self.server.url, StaticCredentials(key), self.clock, 1)
        checkpoints = SqliteCheckpoints(self.root / ".studio-export" / "checkpoints.sqlite3", ".")
        self.exporter = self.exporter_on(source, DirectoryStore(self.root), checkpoints)


def command(stack: Stack, directory: Path, arguments: tuple[str, ...]) -> tuple[str, int]:
    """What `studio-export` prints now, in `directory` and on a terminal, and its exit code."""
    ours = {"PYTHONIOENCODING": "utf-8", **stack.server.environment}
    terminal, its_end = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "tools.outage.command", stack.clock.now().isoformat(), *arguments],
        cwd=directory,
        env=child_environment() | ours,
        stdout=its_end,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(its_end)
        printed = _until_closed(terminal)
        complained = process.stderr.read() if process.stderr else ""
    return printed.replace("\r\n", "\n") + complained, process.returncode


def _until_closed(terminal: int) -> str:
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # how Linux says that nobody has the other end open
            part = b""
        if not part:
            os.close(terminal)
            return b"".join(parts).decode()
        parts.append(part)
