"""Where the repository is, and the environment of the processes that its tools start."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def import_path() -> dict[str, str]:
    """Return the variable that gives a child process the import path of this one."""
    return {"PYTHONPATH": os.pathsep.join(sys.path)}


def child_environment() -> dict[str, str]:
    """Return this environment and import path, without the settings of a real account."""
    others = {n: v for n, v in os.environ.items() if not n.startswith(("TWILIO_", "STUDIO_"))}
    return others | import_path()
