"""An S3 server whose objects look older than they are, for what waits until they are old enough.

SeaweedFS dates objects by the real clock. A proxy before it moves the dates of its lists back.
"""

import http.client
import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import urlsplit

from tools.devkit.servers.server import AwsServer

_WRITTEN = re.compile(rb"(?<=<LastModified>)[^<]+(?=</LastModified>)")
# They describe the connection to the server, not the answer.
_OF_THE_CONNECTION = {"connection", "content-length", "keep-alive", "transfer-encoding"}


@contextmanager
def aged_s3(server: AwsServer, age: timedelta) -> Iterator[AwsServer]:
    """Yield the same server at another address, with each object written that much earlier."""
    with _ProxyServer(server, age) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield replace(server, endpoint=f"http://127.0.0.1:{proxy.server_port}")
        finally:
            proxy.shutdown()
            thread.join()


class _ProxyServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, server: AwsServer, age: timedelta) -> None:
        super().__init__(("127.0.0.1", 0), _Proxy)
        address = urlsplit(server.endpoint)
        self.to = address.hostname or "", address.port or 80
        self.age = age


class _Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        proxy = cast("_ProxyServer", self.server)
        asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with closing(http.client.HTTPConnection(*proxy.to)) as connection:
            # The host stays the one that the client asked: its signature covers it.
            headers = {name: text for name, text in self.headers.items() if name != "Expect"}
            connection.request(self.command, self.path, asked, headers)
            answer = connection.getresponse()
            body = answer.read()
        if "list-type=2" in self.path:
            body = _aged(body, proxy.age)
        self.send_response_only(answer.status)
        for name, text in answer.getheaders():
            if name.lower() not in _OF_THE_CONNECTION:
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def _aged(listing: bytes, age: timedelta) -> bytes:
    def earlier(match: re.Match[bytes]) -> bytes:
        written = datetime.fromisoformat(match[0].decode())
        return f"{written - age:%Y-%m-%dT%H:%M:%S.000Z}".encode()

    return _WRITTEN.sub(earlier, listing)
