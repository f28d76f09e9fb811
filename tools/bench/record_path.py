"""The record path alone: wire bytes of pages to gzip lines in memory, without a socket."""

import gc
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from itertools import pairwise

from studio_export.adapters.clock import SystemClock
from studio_export.adapters.twilio_response import TwilioResponse
from studio_export.export.known import Known
from studio_export.export.order import Order, Watermarks
from studio_export.export.sweep import sweep
from studio_export.export.sweeper import Sweeper
from studio_export.instants import to_epoch
from studio_export.log.cache import LogCache
from studio_export.log.codec import encode
from studio_export.model import Reply, Span
from studio_export.twilio.listing import executions_url
from studio_export.twilio.page import parse_executions
from tools.bench.figure import Figure
from tools.bench.gzip_members import deflated, gathered, inflated
from tools.bench.measure import cpu_of, result_of
from tools.bench.pages import FLOW_SID, Dataset

_BASE_URL = "https://studio.twilio.com"
_ROUNDS = 21
_PAGES = 8
# Record sizes and their limits; a record without context has 0.85 kB.
_MUST = {800: 2.8, 2000: 2.2, 10_000: None}


class _Wire:
    """A `Source` of compressed bodies."""

    base_url = _BASE_URL

    def __init__(self, bodies: list[bytes], first_url: str) -> None:
        urls = [first_url, *(f"{first_url}&Page={n}" for n in range(1, len(bodies)))]
        self._bodies = dict(zip(urls, bodies, strict=True))

    def get(self, url: str, deadline: float) -> Reply:  # noqa: ARG002  no time passes
        body = self._bodies[url]
        return Reply(TwilioResponse(200, "/", {"content-encoding": "gzip"}, body).content())


class _Kept:
    """A `Store` that keeps nothing."""

    def list(self, prefix: str) -> list[str]:  # noqa: ARG002
        return []

    def get(self, key: str) -> bytes:
        raise KeyError(key)

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:  # noqa: ARG002
        return True


# malloc keeps its memory. Otherwise it may return it after some rounds, and the page faults double
# the cost of the floor: 2.4 us a record of 0.8 kB instead of 1.2.
SETTLED = {"MALLOC_TRIM_THRESHOLD_": "200000000", "MALLOC_MMAP_THRESHOLD_": "100000000"}


def figures() -> list[Figure]:
    """Measure in a process of its own."""
    measured = result_of("tools.bench.record_path", environment=SETTLED)
    return [Figure(**fields) for fields in measured]


def _measured() -> list[Figure]:
    gc.freeze()  # as the bootstrap does, so that modules of the benchmark are not traversed
    ratios = [_ratio(size, must) for size, must in _MUST.items()]
    return [*ratios, _size_over_zlib()]


def _ratio(record_bytes: int, must: float | None) -> Figure:
    dataset = Dataset(_PAGES, record_bytes, step_seconds=10)
    name = f"CPU a record over inflate + copy + igzip-1, {record_bytes / 1000:g} kB"
    figure = Figure(name, must)
    bodies = wire(dataset)
    for _ in range(_ROUNDS):
        spent = cpu_of(lambda: export(dataset, bodies))
        figure.rounds.append(spent / cpu_of(lambda: floor(bodies)))
    return figure


def wire(dataset: Dataset) -> list[bytes]:
    numbers = [*reversed(range(dataset.pages)), None]
    first_url = _first_url(dataset)
    pages = []
    for position, (number, following) in enumerate(pairwise(numbers), 1):
        next_url = None if following is None else f"{first_url}&Page={position}"
        pages.append(deflated(dataset.page(number or 0, next_url)))
    return pages


def _first_url(dataset: Dataset) -> str:
    return executions_url(_BASE_URL, FLOW_SID, Span(dataset.start, dataset.stop))


def export(dataset: Dataset, bodies: list[bytes]) -> None:
    source = _Wire(bodies, _first_url(dataset))
    sweeper = Sweeper(source, _Kept(), SystemClock(), LogCache())
    span = Span(dataset.start, dataset.stop)
    all_new = Known((), {}, to_epoch(dataset.start), compared=span, always=span)
    order = Order(span, known=all_new)
    swept = sweep(sweeper, FLOW_SID, order, Watermarks(), float("inf"))
    if swept.counts.lines != dataset.records:
        raise RuntimeError(f"lines are missing: {swept}")


def floor(bodies: list[bytes]) -> None:
    """Inflate, copy and deflate, with the same libraries."""
    for pages in gathered(bytes(memoryview(inflated(body))) for body in bodies):
        deflated(*pages)


def _size_over_zlib() -> Figure:
    figure = Figure("output bytes over zlib-6", 1.15)
    for record_bytes in (800, 2000, 10_000):
        records = parse_executions(Dataset(1, record_bytes).page(0)).records
        plain = b"".join(bytes(record.text) + b"\n" for record in records)
        figure.rounds.append(len(encode(records).body) / len(zlib.compress(plain, 6)))
    return figure


if __name__ == "__main__":
    print(json.dumps([asdict(figure) for figure in _measured()]))
