"""The environments beside the developer's: the SAM CLI's, Lambda's runtime, and the engines'."""

import fcntl
import subprocess
import tempfile
from pathlib import Path
from zlib import crc32

from tools.devkit.repository import ROOT


def ensure(*names: str) -> None:
    """Make them if they are missing or old, those for the Lambda unless others are named.

    Another process that needs them waits.
    """
    lock = Path(tempfile.gettempdir()) / f"studio-export-venv-{crc32(str(ROOT).encode()):08x}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        targets = [f".venv-{name}/ready" for name in names or ("sam", "runtime")]
        command = ["make", "--silent", *targets]
        subprocess.run(command, cwd=ROOT, check=True)
