"""Where the repository is, and how a child process imports what this process imports."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def import_path() -> dict[str, str]:
    """Return the variable that gives a child process the import path of this one."""
    return {"PYTHONPATH": os.pathsep.join(sys.path)}
