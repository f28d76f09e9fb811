"""Secrets Manager and the rest: moto. Its DynamoDB is not atomic: prove no race on it."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.devkit.servers.process import answers, free_ports, running
from tools.devkit.servers.server import AwsServer


@contextmanager
def moto_server(environment: Mapping[str, str] | None = None) -> Iterator[AwsServer]:
    """A server for nearly every AWS service, which keeps nothing.

    `environment` is added to that of its process.

    Raises:
        ServerError: it does not start.
    """
    (port,) = free_ports(1)
    server = AwsServer("moto", f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with TemporaryDirectory(prefix="moto-") as directory:
        log = Path(directory) / "log"
        with running(command, lambda: answers(f"{server.endpoint}/moto-api"), log, environment):
            yield server
