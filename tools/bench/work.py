"""Works measured as whole processes: `python -m tools.bench.work NAME ARGUMENT…`."""

import gc
import json
import sys
import time
from collections.abc import Callable
from functools import partial

from tools.bench.measure import cpu_seconds, peak_bytes


def main() -> None:
    """Do the work, and print the cost. Each work imports only what it needs."""
    name, arguments = sys.argv[1], sys.argv[2:]
    begun = cpu_seconds()
    work = _prepared(name, arguments)
    ready, ready_at = cpu_seconds(), time.monotonic()
    work()
    cost = {
        "cpu_seconds": cpu_seconds() - begun,
        "work_cpu_seconds": cpu_seconds() - ready,
        "work_wall_seconds": time.monotonic() - ready_at,
        "peak_bytes": peak_bytes(),
    }
    print(json.dumps(cost))


def _prepared(name: str, arguments: list[str]) -> Callable[[], object]:
    """Return the work, with its modules loaded and its clients made."""
    if name in {"export", "backfill"}:
        return _exporter(name, arguments)
    if name in {"init", "boto3"}:
        return partial(_init, *arguments) if name == "init" else _boto3
    from tools.bench import rivals  # noqa: PLC0415

    return rivals.prepared(name, *arguments)


def _exporter(name: str, arguments: list[str]) -> Callable[[], object]:
    """Start without garbage collection, as the handlers do."""
    gc.disable()
    from tools.bench import exporter  # noqa: PLC0415

    work = exporter.WORKS[name](*arguments)
    gc.freeze()
    gc.enable()
    return work


def _boto3() -> None:
    import boto3  # noqa: PLC0415

    boto3.client("s3")


def _init(layer: str) -> None:
    """Import the handler from the built layer."""
    sys.path[:0] = ["functions/exporter", layer]
    import app  # noqa: F401, PLC0415
    from studio_export.function import bootstrap  # noqa: PLC0415

    bootstrap.warm(None)


if __name__ == "__main__":
    main()
