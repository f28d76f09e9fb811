"""Run a command for each account in a process of its own, so that one's trouble ends one.

The processes share nothing: no memory, no limit of requests in flight, no lease.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from studio_export.env_values import Environment
from studio_export.errors import StudioExportError
from studio_export_cli import exit_codes, places
from studio_export_cli.accounts.arguments import of_account
from studio_export_cli.accounts.secret import account_variables

_STOP_SECONDS = 10.0  # a process gives its leases back within that, and ends
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class AccountResult:
    """How the command ended for one account, and what it printed."""

    name: str
    exit_code: int
    stdout: str = ""
    stderr: str = ""


@dataclass(slots=True)
class Processes:
    """The processes of a command; `arguments` are those after `--account`."""

    arguments: Sequence[str]
    env: Environment
    _running: list[asyncio.subprocess.Process] = field(default_factory=list)
    _is_stopped: bool = False

    def run(self, name: str, *, capture: bool = True) -> AccountResult:
        """Run the command for an account; without `capture`, it prints for itself."""
        try:
            arguments = of_account(self.arguments, name)
            env = {**self.env, **account_variables(self.env, name)}
        except (StudioExportError, OSError) as error:
            ours = places.translated(error) if isinstance(error, OSError) else error
            code = exit_codes.exit_code_of(type(ours))
            return AccountResult(name, code, stderr=f"studio-export: {ours}\n")
        return asyncio.run(self._process(name, arguments, env, capture=capture))

    async def _process(
        self, name: str, arguments: Sequence[str], env: Environment, *, capture: bool
    ) -> AccountResult:
        pipe = asyncio.subprocess.PIPE if capture else None
        command = (sys.executable, "-m", "studio_export_cli.main", *arguments)
        process = await asyncio.create_subprocess_exec(*command, env=env, stdout=pipe, stderr=pipe)
        self._running.append(process)
        if self._is_stopped:
            process.terminate()
        stdout, stderr = await process.communicate()
        code = process.returncode if process.returncode is not None else exit_codes.FAILED
        return AccountResult(name, code, _text(stdout), _text(stderr))

    def stop(self) -> None:
        """Terminate every process, and each that begins later; each gives its leases back."""
        self._is_stopped = True
        running = [process for process in self._running if process.returncode is None]
        for process in running:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while any(process.returncode is None for process in running):
            if time.monotonic() >= deadline:
                return
            time.sleep(_POLL_SECONDS)


def _text(output: bytes | None) -> str:
    return (output or b"").decode(errors="backslashreplace")
