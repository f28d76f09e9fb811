"""Compact a directory in a process of its own, and print its cost as JSON."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from studio_export.compaction.compactor import Compactor
from studio_export_cli.compact.day_run import DayCompaction
from studio_export_cli.compact.parquet import arrow
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.stores.directory import DirectoryStore
from tools.bench.measure import peak_bytes
from tools.devkit.fakes.clock import VirtualClock

_LATER = datetime(2027, 1, 1, tzinfo=UTC)  # every day is complete


def main() -> None:
    root, parquet = Path(sys.argv[1]), sys.argv[2] == "parquet"
    compactor = Compactor(DirectoryStore(root), VirtualClock(_LATER), concurrency=8)
    before = peak_bytes()
    wall, cpu = time.perf_counter(), time.process_time()
    results = DayCompaction([compactor], arrow() if parquet else None, str(root), Heartbeat()).run(
        None
    )
    took = time.perf_counter() - wall, time.process_time() - cpu
    errors = [str(result.error) for result in results if result.error]
    rows = sum(result.day.done.rows for result in results if result.day.done)
    print(
        json.dumps(
            {"took": took, "peak": peak_bytes(), "before": before, "rows": rows, "errors": errors}
        )
    )


if __name__ == "__main__":
    main()
