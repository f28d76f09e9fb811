"""The memory of a sweep is bounded, however many Executions a second has."""

import json
import tracemalloc
from datetime import timedelta

from studio_export.export.order import Order, Watermarks
from studio_export.export.sweep import sweep
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.model import Reply, Span
from studio_export.twilio.listing import executions_url
from tests.protocol.world import START
from tools.devkit.fakes.clock import VirtualClock

FLOW_SID = "FW" + "0" * 32
SECOND = Span(START, START + timedelta(seconds=1))
ROWS, RECORD_BYTES, BUFFER_BYTES = 100, 4000, 1_000_000


class EndlessSource:
    """A source of many pages of one second, each made on request."""

    base_url = "https://studio.twilio.com"

    def __init__(self, pages: int) -> None:
        self._pages = pages
        self._first = executions_url(self.base_url, FLOW_SID, SECOND)

    def get(self, url: str, deadline: float) -> Reply:  # noqa: ARG002  it always answers
        page = int(url.rpartition("&Page=")[2]) if "&Page=" in url else 0
        rows = [
            {
                "sid": f"FN{page * ROWS + row:032x}",
                "status": "ended",
                "date_created": "2026-11-01T00:30:00Z",
                "context": "x" * RECORD_BYTES,
            }
            for row in range(ROWS)
        ]
        more = f"{self._first}&Page={page + 1}" if page + 1 < self._pages else None
        meta = {"key": "executions", "next_page_url": more}
        return Reply(json.dumps({"meta": meta, "executions": rows}).encode())


class ForgetfulStore:
    """A store that keeps only keys."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def list(self, prefix: str) -> list[str]:
        return [key for key in self.keys if key.startswith(prefix)]

    def get(self, key: str) -> bytes:
        raise AssertionError(f"{key} is known to this process")

    def put_if_absent(self, key: str, body: bytes, metadata: object) -> bool:  # noqa: ARG002
        self.keys.append(key)
        return True


def peak_bytes(pages: int) -> int:
    sweeper = Sweeper(
        EndlessSource(pages),
        ForgetfulStore(),
        VirtualClock(),
        LogCache(),
        buffer_bytes=BUFFER_BYTES,
    )
    tracemalloc.start()
    swept = sweep(sweeper, FLOW_SID, Order(SECOND), Watermarks(), deadline=1e9)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert swept.complete
    assert swept.counts.lines == pages * ROWS
    return peak


def test_ten_times_the_pages_take_no_more_memory_than_their_sids() -> None:
    few, many = peak_bytes(8), peak_bytes(80)

    more_sids = 72 * ROWS
    assert many - few < more_sids * 400 + BUFFER_BYTES
    assert many < more_sids * RECORD_BYTES / 5
