"""Handler processes: forked from one warm parent, given orders, killed and reaped."""

import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from tests.protocol.kill.run_order import RunOrder

_ROOT = Path(__file__).resolve().parents[3]
_NUMBER = struct.Struct("!i")
_PATH = os.pathsep.join(
    str(_ROOT / part) for part in (".", "functions/exporter", "layers/studio_export", "cli")
)


class ProcessFactory:
    """The warm parent of handler processes; a context manager. Thread-safe."""

    def __enter__(self) -> Self:
        ours, theirs = socket.socketpair()
        self._channel, self._lock = ours, threading.Lock()
        with theirs:
            self._parent = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.protocol.kill.handler_process",
                    f"{theirs.fileno()}",
                ],
                cwd=_ROOT,
                env={"PATH": os.defpath, "PYTHONPATH": _PATH, "TZ": "UTC"},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # the log lines of the function
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()  # the parent then exits
        self._parent.wait()

    def fork(self, environment: Mapping[str, str]) -> "HandlerProcess":
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self._ask(0, [theirs.fileno()])
        return HandlerProcess(self, pid, ours, environment)

    def reap(self, pid: int) -> None:
        """Wait until the process has ended; until then its id cannot be reused."""
        self._ask(pid, [])

    def _ask(self, number: int, descriptors: list[int]) -> int:
        with self._lock:
            socket.send_fds(self._channel, [_NUMBER.pack(number)], descriptors)
            answer = self._channel.recv(_NUMBER.size, socket.MSG_WAITALL)
        if len(answer) < _NUMBER.size:
            raise RuntimeError("the warm parent of the handler processes has ended")
        return int(_NUMBER.unpack(answer)[0])


class HandlerProcess:
    """One handler process. It starts at once; an order waits until it is ready."""

    def __init__(
        self, factory: ProcessFactory, pid: int, wire: socket.socket, environment: Mapping[str, str]
    ) -> None:
        self._factory, self._pid, self.wire = factory, pid, wire
        self._rest = b""
        self._dying = threading.Lock()
        self.killed = self.dead = False
        self._send(dict(environment))

    def await_ready(self) -> None:
        """Wait for its cold start, so that a kill never strikes before the first order."""
        if self.answer(timeout_seconds=60) != {"ready": True}:
            raise RuntimeError("a handler process did not start")

    def send(self, order: RunOrder) -> None:
        self._send(asdict(order))

    def answer(self, timeout_seconds: float) -> dict[str, Any] | None:
        """Return the next answer; None after a timeout, or if the process is `dead`."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.wire, selectors.EVENT_READ)
            while b"\n" not in self._rest:
                if not selector.select(max(0.0, timeout_seconds)):
                    return None
                try:
                    data = self.wire.recv(65536)
                except ConnectionResetError:  # it died with our line unread
                    data = b""
                if not data:
                    self.dead = True
                    return None
                self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found

    def kill(self) -> None:
        """Send SIGKILL once; thread-safe."""
        with self._dying:
            if not self.killed:
                self.killed = True
                os.kill(self._pid, signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: suspend it."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        with self._dying:
            if not self.killed:
                os.kill(self._pid, number)

    def reap(self) -> None:
        """Kill it if it is alive, and wait until it has ended."""
        self.kill()
        self._factory.reap(self._pid)
        self.wire.close()

    def _send(self, line: dict[str, Any]) -> None:
        self.wire.sendall(json.dumps(line).encode() + b"\n")
