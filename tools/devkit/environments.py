"""The extra environments: the SAM CLI's, Lambda's runtime, and the engines'."""

import fcntl
import subprocess
import tempfile
from pathlib import Path
from zlib import crc32

from tools.devkit.repository import ROOT


def ensure(*names: str) -> None:
    """Make environments that are missing or out of date; by default those for the Lambda.

    A file lock makes other processes wait.
    """
    lock = Path(tempfile.gettempdir()) / f"studio-export-venv-{crc32(str(ROOT).encode()):08x}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        targets = [f".venv-{name}/ready" for name in names or ("sam", "runtime")]
        command = ["make", "--silent", *targets]
        subprocess.run(command, cwd=ROOT, check=True)
