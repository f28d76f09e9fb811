"""TCP relays between a handler process and its servers: count turns, and apply network faults.

A turn begins when a client speaks on a fresh connection, or after the server has: a request, or
the body of a put after the server's 100 Continue. The fault is applied at the turn that it names.
"""

import random
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

from tests.protocol.kill.connection import Connection
from tests.protocol.kill.network_faults import KILLS, How, NetworkFault

_MAX_STALL_SECONDS = 10.0
_SOON_SECONDS = 0.03
_ASKS_DETAILS = re.compile(rb"GET /v2/Flows/\w+/(Executions/\w+/(Steps|Context)|Revisions)\b")


class Wiretap:
    """All relays of one life; a context manager.

    Attributes:
        turns: those of all relays in this run.
        detail_turns: those of them from the first request for a detail on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[socket.socket] = []
        self._fault: NetworkFault | None = None
        self._kill: Callable[[], object] = int
        self._run_over = threading.Event()
        self._struck = threading.Event()
        self._released = threading.Event()
        self.turns = self._met = 0
        self.detail_turns = 0
        self.struck: How | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.disarm()
        for listener in self._listeners:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def lead(self, url: str, *, whole: bool = False) -> str:
        """Start a relay to `url`; return its URL. `whole`: forward no partial request."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._listeners.append(listener)
        threading.Thread(
            target=self._accept, args=(listener, (host, port)), kwargs={"whole": whole}, daemon=True
        ).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def arm(self, fault: NetworkFault | None, kill: Callable[[], object]) -> None:
        """Begin a run: reset the counts; `kill` is called if the fault is a kill."""
        with self._lock:
            self.turns, self._met, self.struck = 0, 0, None
            self.detail_turns = 0
            self._fault, self._kill = fault, kill
            self._run_over = threading.Event()
            self._struck = threading.Event()
            self._released = threading.Event()

    def await_fault(self, timeout_seconds: float) -> None:
        self._struck.wait(timeout_seconds)

    def release(self) -> None:
        """Forward the held request."""
        self._released.set()

    def disarm(self) -> None:
        with self._lock:
            self._fault = None
        self._run_over.set()
        self._released.set()

    def turn(self, data: bytes) -> How | None:
        with self._lock:
            self.turns += 1
            if self.detail_turns or _ASKS_DETAILS.match(data):
                self.detail_turns += 1
            fault = self._fault
            if fault is None or not data.startswith(fault.only):
                return None
            if fault.in_details and not self.detail_turns:
                return None
            self._met += 1
            if not fault.strikes(self._met):
                return None
            self.struck = fault.how
            self._struck.set()
            if fault.how is not How.KILL_SOON:
                return fault.how
            threading.Timer(random.random() * _SOON_SECONDS, self._kill).start()
            return None

    def strike(self, how: How) -> bool:
        if how is How.STALL:
            self._run_over.wait(_MAX_STALL_SECONDS)
        if how is How.HELD:
            self._released.wait(_MAX_STALL_SECONDS)
        if how in {How.STALL, How.HELD}:
            return True
        if how in KILLS:
            self._kill()
        return False

    def _accept(self, listener: socket.socket, to: tuple[str, int], *, whole: bool) -> None:
        with suppress(OSError):  # the listener was shut down
            while True:
                client, _ = listener.accept()
                connection = Connection(self, client, to, whole)
                threading.Thread(target=connection.carry, daemon=True).start()
