"""DynamoDB: dynalite, whose conditional updates are atomic."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from zlib import crc32

from tools.devkit import program
from tools.devkit.repository import ROOT
from tools.devkit.servers.process import ServerError, answers, free_ports, running
from tools.devkit.servers.server import AwsServer

_MODULES = ROOT / "node_modules"


def missing() -> str:
    """Why dynalite cannot run here; empty if it can. Installs it from the lock file if it must."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    # One installs, the other pytest-xdist workers wait for it.
    lock = Path(gettempdir()) / f"studio-export-npm-{crc32(str(ROOT).encode()):08x}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if (_MODULES / "dynalite" / "cli.js").exists():
            return ""
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = program.run(install, cwd=ROOT)
    return "" if done.returncode == 0 else f"npm ci failed: {done.stderr.strip()[-300:]}"


@contextmanager
def dynalite() -> Iterator[AwsServer]:
    """A DynamoDB server that keeps nothing.

    Raises:
        ServerError: it is missing, or does not start.
    """
    if reason := missing():
        raise ServerError(f"no dynalite: {reason}")
    (port,) = free_ports(1)
    server = AwsServer("dynalite", f"http://127.0.0.1:{port}")
    command = [
        shutil.which("node") or "node",
        str(_MODULES / "dynalite" / "cli.js"),
        "--host=127.0.0.1",
        f"--port={port}",
        "--createTableMs=0",
        "--deleteTableMs=0",
    ]
    with (
        TemporaryDirectory(prefix="dynalite-") as directory,
        running(command, lambda: answers(server.endpoint), Path(directory) / "log"),
    ):
        yield server
