"""Serve a Studio over HTTP/1.1 on the loopback: keep-alive, gzip, latency, a limit."""

import contextlib
import socket
import struct
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from isal import isal_zlib

from simulator.control import control
from simulator.in_flight import InFlight
from simulator.responses import ApiError, Delivery, Response
from simulator.studio import Studio

_GZIP = 31  # zlib's window bits for one gzip member
_MIN_GZIP_BYTES = 500
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER


@dataclass(slots=True)
class Limits:
    """Requests above `concurrency`, of each account, get 429; None is no limit."""

    latency_seconds: float = 0
    concurrency: int | None = None
    gzip: bool = True


class StudioServer:
    """Serves a Studio inside `with`; `url` is its address, and becomes the Studio's base URL.

    Other processes control it through `/_simulator/…`, see `control`.
    """

    def __init__(self, studio: Studio, port: int = 0, limits: Limits | None = None) -> None:
        self.studio = studio
        self.limits = limits or Limits()
        self.stopping = threading.Event()
        self.in_flight = InFlight()
        self._http = _HttpServer(self, port)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        studio.base_url = self.url

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def serve_forever(self) -> None:
        self._http.serve_forever()

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point an exporter at this Studio."""
        username, password = self.studio.account.api_key
        return {
            "TWILIO_API_KEY": username,
            "TWILIO_API_SECRET": password,
            "STUDIO_BASE_URL": self.url,
        }


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, server: StudioServer, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.simulated = server

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that disconnected; report errors of the simulator."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _HttpServer
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # headers and body in one write; the base class flushes after each request
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Log nothing."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/_simulator/"):
            self._send(control(self.server.simulated, self.command, self.path, body))
            return
        server = self.server.simulated
        headers = dict(self.headers.items())
        # Not while the answer is sent: a client that has it may send its next request sooner than
        # this thread goes on.
        with server.in_flight.count(server.studio.account_sid_of(headers)) as concurrent:
            response = self._answer(headers, concurrent)
            if response.delivery is Delivery.HANG:
                self._hang()
                return
        self._deliver(response)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the base class's names

    def _answer(self, headers: dict[str, str], concurrent: int) -> Response:
        server = self.server.simulated
        limit = server.limits.concurrency
        if limit is not None and concurrent > limit:
            error = ApiError(429, 20429, "Too Many Requests")
            return Response(429, {"Content-Type": "application/json"}, error.body)
        response = server.studio.handle(self.command, self.path, headers, concurrent)
        delay_seconds = server.limits.latency_seconds + response.delay_seconds
        if delay_seconds:
            server.stopping.wait(delay_seconds)
        return response

    def _deliver(self, response: Response) -> None:
        if response.delivery is Delivery.RESET:
            self._reset()
        else:
            self._send(response)

    def _send(self, response: Response) -> None:
        body = response.body
        # Not send_response: its Date is the machine's, ours is the Studio's.
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        if self.server.simulated.limits.gzip and accepted and len(body) > _MIN_GZIP_BYTES:
            body = isal_zlib.compress(body, 1, wbits=_GZIP)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if response.delivery is Delivery.CUT:
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)

    def _hang(self) -> None:
        """Send nothing until the client gives up or the server stops."""
        self.close_connection = True
        self.connection.settimeout(0.05)
        while not self.server.simulated.stopping.is_set():
            try:
                if not self.connection.recv(1):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        with contextlib.suppress(OSError):
            self.connection.close()
