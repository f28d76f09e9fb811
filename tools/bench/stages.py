"""Measure the record path stage by stage: `python -m tools.bench.stages`.

Each stage alone, on what the one before it made, so caches are warmer than in the whole; what is
left between their sum and the whole is that, and the Python in between.
"""

import gc
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

from studio_export.adapters.twilio_response import TwilioResponse
from studio_export.export import appends
from studio_export.log.dedup import select_new
from studio_export.twilio import page
from studio_export.twilio.record import Record
from tools.bench import record_path
from tools.bench.gzip_members import deflated
from tools.bench.measure import cpu_of, result_of
from tools.bench.pages import Dataset

_SIZES = (800, 2000, 10_000)
_PAGES, _ROUNDS, _GROUP = 8, 15, 128


def report() -> None:
    """Print a Markdown table, measured in a process of its own."""
    columns: list[dict[str, float]] = result_of(
        "tools.bench.stages", "--measure", environment=record_path.SETTLED
    )
    print("| us of CPU a record | " + " | ".join(f"{size / 1000:g} kB" for size in _SIZES) + " |")
    print("|---|" + "---|" * len(_SIZES))
    for stage in columns[0]:
        print(f"| {stage} | " + " | ".join(f"{column[stage]:.2f}" for column in columns) + " |")


def _measured(record_bytes: int) -> dict[str, float]:
    dataset = Dataset(_PAGES, record_bytes, step_seconds=10)
    wire = record_path.wire(dataset)
    texts = [_inflated(body) for body in wire]
    raws = [page._texts.decode(text).executions for text in texts]
    fields = [page._executions.decode(text).executions for text in texts]
    records = [each for text in texts for each in page.parse_executions(text).records]
    groups = _joined(records)
    stages: dict[str, Callable[[], object]] = {
        "inflate": lambda: [_inflated(body) for body in wire],
        "is it ASCII, has it line ends": lambda: [(t.isascii(), b"\n" in t) for t in texts],
        "msgspec: the text of each record": lambda: [page._texts.decode(t) for t in texts],
        "msgspec: three fields of each": lambda: [page._executions.decode(t) for t in texts],
        "Python: records, instants": lambda: list(map(page._records, raws, fields)),
        "Python: their hours": partial(appends.by_hour, records),
        "Python: what the log lacks": partial(select_new, {}, records),
        "join": partial(_joined, records),
        "SHA-256": partial(_hashed, groups),
        "igzip": partial(deflated, *groups),
    }
    spent = {name: _microseconds(stage, len(records)) for name, stage in stages.items()}
    whole = _microseconds(partial(record_path.export, dataset, wire), len(records))
    floor = _microseconds(partial(record_path.floor, wire), len(records))
    between = whole - sum(spent.values())
    return {**spent, "what is left": between, "the whole": whole, "the floor": floor}


def _microseconds(work: Callable[[], object], records: int) -> float:
    return median(cpu_of(work) for _ in range(_ROUNDS)) / records * 1e6


def _inflated(body: bytes) -> bytes:
    return TwilioResponse(200, "/", {"content-encoding": "gzip"}, body).content()


def _joined(records: Sequence[Record]) -> list[bytes]:
    texts = [record.text for record in records]
    starts = range(0, len(texts), _GROUP)
    return [b"\n".join([*texts[first : first + _GROUP], b""]) for first in starts]


def _hashed(groups: Sequence[bytes]) -> None:
    digest = hashlib.sha256()
    for lines in groups:
        digest.update(lines)


if __name__ == "__main__":
    if "--measure" in sys.argv:
        gc.freeze()
        print(json.dumps([_measured(size) for size in _SIZES]))
    else:
        report()
