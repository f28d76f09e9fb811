"""Ports that answer as a test says."""

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from studio_export.errors import StoreError
from studio_export.model import Reply
from tools.devkit.fakes.store import MemoryStore

BASE_URL = "https://studio.twilio.com"


class ScriptedSource:
    """Answers one `get` after the other: bytes, a reply, or an error; the last one for ever."""

    def __init__(self, *answers: bytes | Reply | Exception, base_url: str = BASE_URL) -> None:
        self.base_url = base_url
        self.urls: list[str] = []
        self.on_get: Callable[[], None] = lambda: None
        self._answers = deque(answers)

    def get(self, url: str, deadline: float) -> Reply:  # noqa: ARG002  the script has no time
        self.urls.append(url)
        self.on_get()
        answer = self._answers[0] if len(self._answers) == 1 else self._answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Reply) else Reply(answer)


Put = Callable[[], bool]


def no_effect(_: Put) -> bool:
    raise StoreError("time-out")


def lost_answer(do: Put) -> bool:
    do()
    raise StoreError("time-out")


def refused(_: Put) -> bool:
    """409: another put of the key is under way."""
    return False


class FaultyStore(MemoryStore):
    """Puts go wrong as `faults` say, first to last; then they go right.

    A fault is called with the put, which it may or may not do, and gives its answer or raises.
    """

    def __init__(self, *faults: Callable[[Put], bool]) -> None:
        super().__init__()
        self.faults = deque(faults)
        self.calls: list[str] = []

    def list(self, prefix: str) -> list[str]:
        self.calls.append(f"list {prefix}")
        return super().list(prefix)

    def get(self, key: str) -> bytes:
        self.calls.append(f"get {key}")
        return super().get(key)

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        self.calls.append(f"put {key}")
        put = super().put_if_absent
        if self.faults:
            return self.faults.popleft()(lambda: put(key, body, metadata))
        return put(key, body, metadata)


def listed(records: Sequence[tuple[str, str, datetime]], next_page_url: str | None = None) -> bytes:
    """A page of Executions: sid, status and creation of each."""
    return json.dumps(
        {
            "meta": {"key": "executions", "next_page_url": next_page_url},
            "executions": [
                {"sid": sid, "status": status, "date_created": created.isoformat()}
                for sid, status, created in records
            ],
        }
    ).encode()
