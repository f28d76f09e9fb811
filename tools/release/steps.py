"""What the steps of a release share: where they write, and how they run a program."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"
NOTES = ROOT / "build" / "notes.md"


class ReleaseError(RuntimeError):
    """A step failed; the message says which, and has the program's output."""


def run(
    command: Sequence[str | Path],
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a program to its end and return its stdout. Without an `environment` it gets ours.

    Raises:
        ReleaseError: it did not end with 0.
    """
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ if environment is None else environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        program = " ".join(map(str, command))
        raise ReleaseError(f"`{program}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
