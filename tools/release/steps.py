"""What the steps of a release share: where they write, and how they run a program."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.devkit import program
from tools.devkit.repository import ROOT

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
    done = program.run(command, cwd=cwd, env=environment)
    if done.returncode:
        typed = " ".join(map(str, command))
        raise ReleaseError(f"`{typed}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
