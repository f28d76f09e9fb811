"""The wheel in an empty environment: the command runs against the simulated Studio."""

import gzip
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from studio_export.version import VERSION
from tools.devkit.servers.process import running
from tools.release.steps import ReleaseError, run

_EXECUTIONS = 600
# What the simulated Studio made in the last two minutes is not due yet.
_DUE_AT_LEAST = 590


def run_trial(wheel: Path) -> str:
    """Install the wheel, export with it, and count the lines.

    Raises:
        ReleaseError: a program failed, or an Execution is missing.
    """
    with TemporaryDirectory(prefix="studio-export-") as folder:
        command = _install(wheel, Path(folder) / "environment")
        version = run([command, "--version"]).strip()
        if version != f"studio-export {VERSION}":
            raise ReleaseError(f"the installed command calls itself {version!r}, not {VERSION}")
        export = Path(folder) / "export"
        with _simulated_studio(Path(folder)) as variables:
            run([command, "run", "--to", export], cwd=Path(folder), environment=variables)
            run([command, "status", "--to", export], cwd=Path(folder), environment=variables)
        exported = len(_sids(export))
    if not _DUE_AT_LEAST <= exported <= _EXECUTIONS:
        raise ReleaseError(f"the wheel exported {exported} of {_EXECUTIONS} Executions")
    return f"the wheel in an empty environment exported {exported} Executions"


def _install(wheel: Path, environment: Path) -> Path:
    """Install as a user does, by pip with what is published today, and return the command."""
    run([sys.executable, "-m", "venv", environment])
    install = ["-m", "pip", "--quiet", "--disable-pip-version-check", "install", f"{wheel}[cli]"]
    run([environment / "bin" / "python", *install])
    return environment / "bin" / "studio-export"


@contextmanager
def _simulated_studio(folder: Path) -> Iterator[dict[str, str]]:
    """The variables of a command that exports from it: those, and nothing of this environment."""
    log = folder / "simulator.log"
    server = [sys.executable, "-m", "simulator", "--executions", str(_EXECUTIONS), "--days", "3"]
    with running(server, lambda: log.read_text().endswith("\n"), log):
        url, key, secret = log.read_text().split()
        yield {
            "HOME": str(folder),
            "PATH": os.defpath,
            "STUDIO_BASE_URL": url,
            "TWILIO_API_KEY": key,
            "TWILIO_API_SECRET": secret,
        }


def _sids(export: Path) -> set[str]:
    """The Executions that have a line."""
    return {
        json.loads(line)["sid"]
        for path in export.glob("executions/*/*.jsonl.gz")
        for line in gzip.decompress(path.read_bytes()).splitlines()
    }
