"""A TCP relay to a server: callbacks see the bytes, and may block them."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

OnData = Callable[[bytes], None]


def _ignore(_: bytes) -> None:
    """Ignore the bytes."""


@contextmanager
def relay(
    host: str, port: int, to: tuple[str, int], asked: OnData = _ignore, answered: OnData = _ignore
) -> Iterator[None]:
    """Forward every connection to `host:port`, until the end of the `with`.

    `asked` and `answered` are called with what the client, or the server, has sent, before it is
    forwarded: a callback that does not return blocks the connection.
    """
    relaying = _Relay(to, asked, answered)
    with closing(socket.create_server((host, port))) as listener:
        acceptor = threading.Thread(target=relaying.accept, args=(listener,))
        acceptor.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            acceptor.join()
            relaying.end()


@dataclass(slots=True)
class _Relay:
    to: tuple[str, int]
    asked: OnData
    answered: OnData
    threads: list[threading.Thread] = field(default_factory=list)
    clients: list[socket.socket] = field(default_factory=list)

    def accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # the listener was shut down
            while True:
                client, _ = listener.accept()
                self.clients.append(client)
                self.threads.append(threading.Thread(target=self.carry, args=(client,)))
                self.threads[-1].start()

    def carry(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(self.to) as server:
            join(client, server, self.asked, self.answered)

    def end(self) -> None:
        for client in self.clients:
            with suppress(OSError):  # it is closed
                client.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()


def join(
    client: socket.socket,
    server: socket.socket,
    asked: OnData = _ignore,
    answered: OnData = _ignore,
) -> None:
    """Forward what each of two connections sends to the other, until both have ended."""
    back = threading.Thread(target=_pump, args=(server, client, answered))
    back.start()
    _pump(client, server, asked)
    back.join()


def _pump(source: socket.socket, sink: socket.socket, on_data: OnData) -> None:
    with suppress(OSError):  # either side may go at any time
        while data := source.recv(65536):
            on_data(data)
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
