"""A TCP relay: lets a container reach a server that listens on the loopback only."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress


@contextmanager
def relay(host: str, port: int, to: tuple[str, int]) -> Iterator[None]:
    """Forward every connection to `host:port`, until the end of the `with`."""
    with closing(socket.create_server((host, port))) as listener:
        threading.Thread(target=_accept, args=(listener, to), daemon=True).start()
        yield


def _accept(listener: socket.socket, to: tuple[str, int]) -> None:
    with suppress(OSError):  # the listener was closed
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(to)
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):  # either side may go at any time
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
