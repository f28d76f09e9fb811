"""An HTTP proxy on loopback: it tunnels every CONNECT to one server, or refuses it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tools.devkit.relay import join


@dataclass(slots=True)
class ConnectProxy:
    """Attributes: `heads`: the head of each request, which names the target."""

    port: int
    to: tuple[str, int]
    answer: bytes
    heads: list[str] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):  # the listener was shut down
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._tunnel, args=(client,), daemon=True).start()

    def _tunnel(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += client.recv(1)
            self.heads.append(head.decode())
            client.sendall(b"HTTP/1.1 " + self.answer + b"\r\n\r\n")
            if not self.answer.startswith(b"200"):
                return
            with socket.create_connection(self.to) as server:
                join(client, server)


@contextmanager
def connect_proxy(to: tuple[str, int], answer: bytes = b"200 Connected") -> Iterator[ConnectProxy]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = ConnectProxy(listener.getsockname()[1], to, answer)
        thread = threading.Thread(target=proxy.serve, args=(listener,))
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
