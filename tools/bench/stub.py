"""A fast Studio and a fast S3 on one port: `python -m tools.bench.stub`.

Not the simulator of the tests, and not SeaweedFS: here only the client's CPU counts, so a page is
made once and then sent from memory. Each process that exports has a prefix of its own; a put below
a new prefix drops the objects of the last one.
"""

import argparse
import time
from datetime import datetime
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tools.bench.gzip_members import deflated
from tools.bench.pages import START, Dataset

_EXISTS = b"<Error><Code>PreconditionFailed</Code></Error>"


class Handler(BaseHTTPRequestHandler):
    server: "Stub"
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.startswith("/v2/"):
            time.sleep(self.server.latency_seconds)
            self.server.listed += 1
            encoded = {"Content-Encoding": "gzip"}
            self._send(self.server.page(self.path), "application/json", encoded)
        elif parts.path == "/requests":
            self._send(str(self.server.listed).encode(), "text/plain", {})
            self.server.listed = 0
        elif "prefix" in query:
            self._send(self.server.keys_below(query["prefix"]), "application/xml", {})
        else:
            self._send(self.server.objects[_key(parts.path)], "application/gzip", {"ETag": '"0"'})

    def do_PUT(self) -> None:
        key = _key(urlsplit(self.path).path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.keep(key, body, if_absent="If-None-Match" in self.headers):
            self._send(b"", "application/xml", {"ETag": '"0"'})
        else:
            self._send(_EXISTS, "application/xml", {}, 412)

    def handle_expect_100(self) -> bool:
        """Answer at once: boto3 waits a second for it."""
        accepted = super().handle_expect_100()
        self.wfile.flush()
        return accepted

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Log nothing."""

    def _send(self, body: bytes, kind: str, headers: dict[str, str], status: int = 200) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Stub(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, dataset: Dataset, latency_seconds: float, handler: type[Handler] = Handler
    ) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.dataset = dataset
        self.latency_seconds = latency_seconds
        self.objects: dict[str, bytes] = {}
        self._prefix = ""
        self._lock = Lock()
        self.listed = 0
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._body = lru_cache(maxsize=1100)(self._made)

    def page(self, path: str) -> bytes:
        return self._body(*self.dataset.requested(self.url + path))

    def _made(self, number: int | None, next_url: str | None) -> bytes:
        return deflated(self.dataset.page(number, next_url))

    def keep(self, key: str, body: bytes, *, if_absent: bool) -> bool:
        """Keep an object; return False if it must be absent and is not."""
        prefix = key.partition("/")[0]
        with self._lock:
            if prefix != self._prefix:
                self.objects, self._prefix = {}, prefix
            if if_absent and key in self.objects:
                return False
            self.objects[key] = body
            return True

    def keys_below(self, prefix: str) -> bytes:
        found = "".join(
            f"<Contents><Key>{key}</Key></Contents>"
            for key in sorted(self.objects)
            if key.startswith(prefix)
        )
        return (
            f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()
        )


def _key(path: str) -> str:
    """Return the key as a list names it: boto3 quotes it in the path."""
    return unquote(path.split("/", 2)[2])


def main(handler: type[Handler] = Handler) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--record-bytes", type=int, required=True)
    parser.add_argument("--step-seconds", type=int, default=900)
    parser.add_argument("--start", type=datetime.fromisoformat, default=START)
    parser.add_argument("--latency-seconds", type=float, default=0.0)
    given = parser.parse_args()
    dataset = Dataset(given.pages, given.record_bytes, given.step_seconds, given.start)
    stub = Stub(dataset, given.latency_seconds, handler)
    print(stub.url, flush=True)
    stub.serve_forever()


if __name__ == "__main__":
    main()
