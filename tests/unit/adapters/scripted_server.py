"""A loopback HTTP server that answers by script, byte for byte."""

import socket
import ssl
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event

REASONS = {200: "OK", 302: "Found", 429: "Too Many Requests"}


@dataclass(frozen=True, slots=True)
class Step:
    """What to do with one request: send `answer`, then go on, close, reset, hang or drip."""

    answer: bytes = b""
    then: str = "go on"


@dataclass(slots=True)
class ScriptedServer:
    port: int
    scheme: str
    steps: list[Step]
    requests: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def header(self, name: str) -> str | None:
        """A header of the latest request."""
        for line in self.requests[-1].split("\r\n")[1:]:
            key, _, value = line.partition(": ")
            if key.lower() == name.lower():
                return value
        return None


def answer(
    status: int = 200,
    body: bytes = b"{}",
    headers: Mapping[str, str] | None = None,
    *,
    announced: int | None = None,
    then: str = "go on",
) -> Step:
    """`announced` is the Content-Length, if it is to be a lie."""
    lines = [
        f"HTTP/1.1 {status} {REASONS.get(status, 'Whatever')}",
        f"Content-Length: {len(body) if announced is None else announced}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return Step("\r\n".join(lines).encode() + b"\r\n\r\n" + body, then)


DRIPS = 40
RESET = Step(then="reset")
HANG = Step(then="hang")


@contextmanager
def scripted_server(
    *steps: Step, tls: ssl.SSLContext | None = None, at: tuple[str, int] = ("127.0.0.1", 0)
) -> Iterator[ScriptedServer]:
    """The server; each request takes the next step. One without a step is reset."""
    stop = Event()
    plain = socket.create_server(at)
    with tls.wrap_socket(plain, server_side=True) if tls else plain as listener:
        listener.settimeout(0.02)
        scheme = "https" if tls else "http"
        server = ScriptedServer(listener.getsockname()[1], scheme, list(steps))
        threads: list[threading.Thread] = []
        accepting = threading.Thread(target=_accept, args=(server, listener, stop, threads))
        accepting.start()
        try:
            yield server
        finally:
            stop.set()
            accepting.join()
            for thread in threads:
                thread.join()


def _accept(
    server: ScriptedServer,
    listener: socket.socket,
    stop: Event,
    threads: list[threading.Thread],
) -> None:
    while not stop.is_set():
        try:
            connection, _ = listener.accept()
        except (TimeoutError, ssl.SSLError, ConnectionError):
            continue  # nobody came, or who came did not like our certificate
        server.connections += 1
        thread = threading.Thread(target=_serve, args=(server, connection, stop))
        thread.start()
        threads.append(thread)


def _serve(server: ScriptedServer, connection: socket.socket, stop: Event) -> None:
    with connection:
        connection.settimeout(0.02)
        while (request := _request(connection, stop)) is not None:
            server.requests.append(request)
            step = server.steps.pop(0) if server.steps else RESET
            connection.sendall(step.answer)
            if step.then == "hang":
                stop.wait()
            if step.then == "drip":
                _drip(connection, stop)
            if step.then == "reset":
                # Linger zero makes close() send RST instead of FIN.
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            if step.then != "go on":
                return


def _drip(connection: socket.socket, stop: Event) -> None:
    """So many bytes, one at a time, none of which is late."""
    for _ in range(DRIPS):
        if stop.wait(0.02):
            return
        with suppress(ConnectionError):
            connection.sendall(b" ")


def _request(connection: socket.socket, stop: Event) -> str | None:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        try:
            received = connection.recv(4096)
        except TimeoutError:
            if stop.is_set():
                return None
            continue
        except ConnectionError:
            return None
        if not received:
            return None
        head += received
    return head.decode()
