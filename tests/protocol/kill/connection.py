"""One relayed connection: HTTP/1.1, a request at a time."""

import select
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from tests.protocol.kill.network_faults import BEFORE_SENT, How

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER


class Tap(Protocol):
    def turn(self, data: bytes) -> How | None:
        """Count a turn; return the fault that strikes it, if any."""
        ...

    def strike(self, how: How) -> bool:
        """Apply the fault; return whether the connection continues."""
        ...


@dataclass(slots=True)
class Connection:
    tap: Tap
    client: socket.socket
    to: tuple[str, int]
    whole: bool
    held: bytes = b""
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
            self.how = self.tap.turn(data)
            if self.how in BEFORE_SENT:
                if self.how is How.KILL_HALF_SENT and not self.whole:
                    server.sendall(data[: len(data) // 2])
                if not self._strike(self.how):
                    return False
                self.how = None
        self.held += data
        if not self.whole or _is_whole(self.held):
            server.sendall(self.held)
            self.held = b""
        return bool(data)

    def _answer(self, server: socket.socket) -> bool:
        data = server.recv(65536)
        self.asking = False
        if self.how is not None:
            how, self.how = self.how, None
            if not self._strike(how):
                return False
        self.client.sendall(data)
        return bool(data)

    def _strike(self, how: How) -> bool:
        goes_on = self.tap.strike(how)
        if not goes_on:
            self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        return goes_on


def _is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    lengths = [line[15:] for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"]
    return bool(end) and len(body) >= int(lengths[0] if lengths else 0)
