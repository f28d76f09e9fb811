"""Lambda's Invoke call over HTTP, for functions that run here.

It answers as Lambda does: 429 if every environment is busy, and 200 with `X-Amz-Function-Error` if
the handler raised, ran out of time or was killed.
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from typing import Any, Protocol
from urllib.parse import unquote
from uuid import uuid4

_PATH = re.compile(r"/2015-03-31/functions/(?P<function>[^/]+)/invocations")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an invocation came to; `failed` if the payload is Lambda's description of an error."""

    payload: bytes
    failed: bool = False


class Environment(Protocol):
    """An execution environment: a process that handles one event at a time."""

    def invoke(self, event: bytes) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation, for a picture of who worked when; times are `time.monotonic`'s.

    Attributes:
        environment: the number of the environment, from 0 on.
        error: its `errorType`; empty if it succeeded.
    """

    function: str
    environment: int
    began: float
    ended: float
    event: Any
    error: str


@dataclass(slots=True)
class LambdaService:
    """Functions by name, each with its environments.

    Attributes:
        invocations: those that have ended.
        throttled: how many were refused, because every environment was busy.
    """

    functions: Mapping[str, Sequence[Environment]]
    invocations: list[Invocation] = field(default_factory=list)
    throttled: int = 0
    url: str = ""
    _free: dict[str, SimpleQueue[int]] = field(default_factory=dict)
    _busy: set[tuple[str, int]] = field(default_factory=set)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for name, environments in self.functions.items():
            self._free[name] = SimpleQueue()
            for number in range(len(environments)):
                self._free[name].put(number)

    def invoke(self, function: str, event: bytes) -> Outcome | None:
        """Run the event in a free environment; None if there is none."""
        try:
            number = self._free[function].get_nowait()
        except Empty:
            with self._counting:
                self.throttled += 1
            return None
        began = time.monotonic()
        self._busy.add((function, number))
        try:
            outcome = self.functions[function][number].invoke(event)
        finally:
            self._busy.discard((function, number))
            self._free[function].put(number)
        error = json.loads(outcome.payload)["errorType"] if outcome.failed else ""
        ended = time.monotonic()
        self.invocations.append(
            Invocation(function, number, began, ended, json.loads(event), error)
        )
        return outcome

    def is_busy(self, function: str, environment: int) -> bool:
        return (function, environment) in self._busy


@contextmanager
def serving(service: LambdaService) -> Iterator[str]:
    """Serve the functions on the loopback, and yield the endpoint for a Lambda client."""
    server = _Server(service)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service.url
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, service: LambdaService) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = service


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's name)
        """Log nothing."""

    def do_POST(self) -> None:
        event = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = _PATH.fullmatch(unquote(self.path))
        function = path["function"].rpartition(":")[2] if path else ""
        if function not in self.server.service.functions:
            self._refuse(HTTPStatus.NOT_FOUND, "ResourceNotFoundException", "Function not found")
            return
        outcome = self.server.service.invoke(function, event or b"{}")
        if outcome is None:
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS, "TooManyRequestsException", "Rate Exceeded.")
            return
        failed = {"X-Amz-Function-Error": "Unhandled"} if outcome.failed else {}
        self._send(HTTPStatus.OK, failed | {"X-Amz-Executed-Version": "$LATEST"}, outcome.payload)

    def _refuse(self, status: HTTPStatus, kind: str, message: str) -> None:
        body = json.dumps({"Type": "User", "message": message}).encode()
        self._send(status, {"x-amzn-ErrorType": kind}, body)

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        # In errors too: without it moto's engine ends the whole execution.
        always = {"x-amzn-RequestId": str(uuid4()), "Content-Type": "application/json"}
        for name, value in {**always, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
