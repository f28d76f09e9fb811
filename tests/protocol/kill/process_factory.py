"""Handler processes: born by a fork of one warm parent, told what to do, killed, buried."""

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
    """The warm parent, between `with` and its end. Safe to use from several threads."""

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
        self._channel.close()  # upon which the parent ends
        self._parent.wait()

    def fork(self, environment: Mapping[str, str]) -> "HandlerProcess":
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self._ask(0, [theirs.fileno()])
        return HandlerProcess(self, pid, ours, environment)

    def bury(self, pid: int) -> None:
        """Wait until the process has ended; before that, nobody else can have its id."""
        self._ask(pid, [])

    def _ask(self, number: int, descriptors: list[int]) -> int:
        with self._lock:
            socket.send_fds(self._channel, [_NUMBER.pack(number)], descriptors)
            answer = self._channel.recv(_NUMBER.size, socket.MSG_WAITALL)
        if len(answer) < _NUMBER.size:
            raise RuntimeError("the warm parent of the handler processes has ended")
        return int(_NUMBER.unpack(answer)[0])


class HandlerProcess:
    """One handler process. It starts at once; who asks it something waits until it is ready."""

    def __init__(
        self, nursery: ProcessFactory, pid: int, wire: socket.socket, environment: Mapping[str, str]
    ) -> None:
        self._nursery, self._pid, self.wire = nursery, pid, wire
        self._rest = b""
        self._dying = threading.Lock()
        self.killed = self.dead = False
        self._send(dict(environment))

    def await_ready(self) -> None:
        """Wait for its cold start: a kill in it would end a process that has done nothing."""
        if self.answer(timeout_seconds=60) != {"ready": True}:
            raise RuntimeError("a handler process did not start")

    def tell(self, tick: RunOrder) -> None:
        self._send(asdict(tick))

    def answer(self, timeout_seconds: float) -> dict[str, Any] | None:
        """The next answer; None if there is none in that time, or if the process `is_dead`."""
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
        """SIGKILL, which any thread may send, once."""
        with self._dying:
            if not self.killed:
                self.killed = True
                os.kill(self._pid, signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: for a while it does nothing, at whatever it was."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        with self._dying:
            if not self.killed:
                os.kill(self._pid, number)

    def bury(self) -> None:
        """Kill it if it lives, and wait until it is gone."""
        self.kill()
        self._nursery.bury(self._pid)
        self.wire.close()

    def _send(self, line: dict[str, Any]) -> None:
        self.wire.sendall(json.dumps(line).encode() + b"\n")
