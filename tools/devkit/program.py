"""Run a program to its end, and catch what it prints."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# The command as a person starts it, from whatever is importable.
STUDIO_EXPORT = (sys.executable, "-c", "from studio_export_cli.main import main; main()")


def run(command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[str]:
    """Return how it ended, whatever its exit code; `options` are those of `subprocess.run`."""
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)
