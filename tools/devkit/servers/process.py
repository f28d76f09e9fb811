"""Local servers: found a free port, started, waited for, and surely killed."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom

_POLL_SECONDS = 0.05
_PORTS = range(15_000, 32_000)  # below what Linux, macOS and Windows hand out


class ServerError(RuntimeError):
    """A server did not come up; the message has the end of its log."""


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on now.

    Not the kernel's choice: its ephemeral ports also go to any client that connects meanwhile.
    """
    chance = SystemRandom()  # not the seed of the tests, which their workers share
    found: set[int] = set()
    while len(found) < count:
        port = chance.choice(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.add(port)
    return sorted(found)


@contextmanager
def running(
    command: Sequence[str],
    ready: Callable[[], bool],
    log: Path,
    environment: Mapping[str, str] | None = None,
    timeout_seconds: float = 60.0,
) -> Iterator[subprocess.Popen[bytes]]:
    """The process while it runs, from its readiness on; its whole group is killed after.

    SIGKILL, at once: the data are thrown away, and SeaweedFS takes 10 s to heed SIGTERM.

    Raises:
        ServerError: it ended, or was not ready in time.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        give_up = time.monotonic() + timeout_seconds
        while not ready():
            if process.poll() is not None or time.monotonic() > give_up:
                tail = log.read_text(errors="replace")[-2000:]
                raise ServerError(f"{command[0]} did not start ({process.returncode}): {tail}")
            time.sleep(_POLL_SECONDS)
        yield process
    finally:
        with suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(url: str) -> bool:
    """Whether an HTTP server answers at `url`, with whatever status."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (our own loopback URL)
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False
