"""DynamoDB: dynalite, whose conditional updates are atomic."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.devkit.node import MODULES, missing
from tools.devkit.servers.process import ServerError, answers, free_ports, running
from tools.devkit.servers.server import AwsServer

__all__ = ["dynalite", "missing"]


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
        str(MODULES / "dynalite" / "cli.js"),
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
