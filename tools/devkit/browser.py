"""A headless browser, controlled through a pipe by its DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_MIN_DESKTOP_WIDTH = 600  # pixels; a window below it is a telephone's
_FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
_QUIET = ("--no-first-run", "--disable-extensions", "--disable-background-networking")


def installed() -> str | None:
    """The browser's path. Debian's is `apt-get install chromium`."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


class Browser:
    """One page of a browser; its requests and its errors are recorded."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to = os.fdopen(to_browser, "wb", buffering=0)
        self._from = os.fdopen(from_browser, "rb")
        self._number = 0
        self._session: str | None = None
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._loaded = False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        self._to.close()
        self._from.close()

    def show(self, path: Path, width: int, *, dark: bool = False) -> None:
        """Load the file as a window of this width does."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=844,
            deviceScaleFactor=1,
            mobile=width < _MIN_DESKTOP_WIDTH,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self._loaded = False
        self.call("Page.navigate", url=path.as_uri())
        while not self._loaded:
            self._record(self._message())

    def value(self, expression: str) -> Any:
        """What the expression is, in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def picture(self, to: Path) -> None:
        """All of the page, as PNG."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        to.write_bytes(base64.b64decode(shot["data"]))

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        self._to.write(json.dumps(asked).encode() + b"\0")
        while True:
            message = self._message()
            if message.get("id") != self._number:
                self._record(message)
            elif "error" in message:
                raise AssertionError(f"{method}: {message['error']}")
            else:
                result: dict[str, Any] = message["result"]
                return result

    def _message(self) -> dict[str, Any]:
        read = bytearray()
        while (byte := self._from.read(1)) != b"\0":
            if not byte:
                raise AssertionError("the browser has ended")
            read += byte
        message: dict[str, Any] = json.loads(read)
        return message

    def _record(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        match message.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(params["entry"]["text"])
            case "Runtime.exceptionThrown" | "Runtime.consoleAPICalled":
                self.complaints.append(json.dumps(params))


@contextmanager
def browser(program: str) -> Iterator[Browser]:
    """The browser; its process ends with the block. It reads on descriptor 3 and writes on 4."""
    browser_reads, to_browser = os.pipe()
    from_browser, browser_writes = os.pipe()
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        command = [program, *_FLAGS, *_QUIET, f"--user-data-dir={home}", "--remote-debugging-pipe"]
        process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{browser_reads} 4>&{browser_writes}', "bash", *command],  # noqa: S607
            pass_fds=(browser_reads, browser_writes),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(browser_reads)
        os.close(browser_writes)
        opened = Browser(to_browser, from_browser)
        try:
            yield opened
        finally:
            process.terminate()
            process.wait()
            opened.close()
