"""TCP relays between a handler process and its servers, which count turns and spring traps.

A turn begins when a client speaks on a fresh connection, or after the server has: a request, or
the body of a put after the server's 100 Continue. At the turn that a trap names, it springs.
"""

import select
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER
_LONGEST_STALL_SECONDS = 10.0


class How(StrEnum):
    KILL_UNSENT = "killed before the request was forwarded"
    KILL_HALF_SENT = "killed after half of the request"
    KILL_UNANSWERED = "killed before the answer was returned"
    RESET_UNSENT = "reset before the request was forwarded"
    RESET_UNANSWERED = "reset before the answer was returned"
    STALL = "no answer until the end of the tick"


KILLS = (How.KILL_UNSENT, How.KILL_HALF_SENT, How.KILL_UNANSWERED)
_UNSENT = (How.KILL_UNSENT, How.KILL_HALF_SENT, How.RESET_UNSENT)


@dataclass(frozen=True, slots=True)
class Trap:
    turn: int
    how: How


class Wiretap:
    """All relays of one life, between `with` and its end; `turns` are counted over all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[socket.socket] = []
        self._trap: Trap | None = None
        self._kill: Callable[[], object] = int
        self._tick_over = threading.Event()
        self.turns = 0
        self.sprung: How | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.disarm()
        for listener in self._listeners:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def lead(self, url: str) -> str:
        """The URL of a relay to the server at `url`."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._listeners.append(listener)
        threading.Thread(target=self._accept, args=(listener, host, port), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def arm(self, trap: Trap | None, kill: Callable[[], object]) -> None:
        """Begin a tick: count anew; `kill` is called if the trap says so."""
        with self._lock:
            self.turns, self.sprung = 0, None
            self._trap, self._kill = trap, kill
            self._tick_over = threading.Event()

    def disarm(self) -> None:
        with self._lock:
            self._trap = None
        self._tick_over.set()

    def turn(self) -> How | None:
        """Count a turn; how the trap springs if it is its own."""
        with self._lock:
            self.turns += 1
            if self._trap is None or self._trap.turn != self.turns:
                return None
            self.sprung = self._trap.how
            return self.sprung

    def spring(self, how: How) -> bool:
        """Do what the trap does; whether the connection goes on."""
        if how is How.STALL:
            self._tick_over.wait(_LONGEST_STALL_SECONDS)
            return True
        if how in KILLS:
            self._kill()
        return False

    def _accept(self, listener: socket.socket, host: str, port: int) -> None:
        with suppress(OSError):  # the listener was shut down
            while True:
                client, _ = listener.accept()
                connection = _Connection(self, client, (host, port))
                threading.Thread(target=connection.carry, daemon=True).start()


@dataclass(slots=True)
class _Connection:
    tap: Wiretap
    client: socket.socket
    to: tuple[str, int]
    asking: bool = False
    how: How | None = None

    def carry(self) -> None:
        with suppress(OSError), self.client, socket.create_connection(self.to) as server:
            for end in (self.client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                ready, _, _ = select.select([self.client, server], [], [])
                if self.client in ready and not self._ask(server):
                    return
                if server in ready and not self._answer(server):
                    return

    def _ask(self, server: socket.socket) -> bool:
        data = self.client.recv(65536)
        if data and not self.asking:
            self.asking = True
            self.how = self.tap.turn()
            if self.how in _UNSENT:
                if self.how is How.KILL_HALF_SENT:
                    server.sendall(data[: len(data) // 2])
                return self._spring(self.how)
        server.sendall(data)
        return bool(data)

    def _answer(self, server: socket.socket) -> bool:
        data = server.recv(65536)
        self.asking = False
        if self.how is not None:
            how, self.how = self.how, None
            if not self._spring(how):
                return False
        self.client.sendall(data)
        return bool(data)

    def _spring(self, how: How) -> bool:
        goes_on = self.tap.spring(how)
        if not goes_on:
            self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        return goes_on
