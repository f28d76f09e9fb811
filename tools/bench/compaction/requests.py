"""What the stack's function asks of S3 for one day, and what that costs a month.

python -m tools.bench.compaction.requests DIRECTORY    a dataset that the benchmark exported
"""

import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from studio_export.compaction.compactor import Compactor
from studio_export.log.keys import logs_folder
from studio_export.ports import Store
from studio_export_cli.stores.directory import DirectoryStore
from tools.bench.prices import prices, storage_dollars
from tools.devkit.fakes.clock import VirtualClock

_KEYS_A_PAGE = 1000
_RUN_AT = timedelta(hours=2, minutes=20)
_RIPE, _COMPLETE = timedelta(days=3), timedelta(days=32)  # after the day began
_DAYS_A_MONTH = 30


class CountedStore:
    """The logs of one store and the parts of another, each request counted as S3 bills it."""

    def __init__(self, logs: Store, parts: Store) -> None:
        self._logs, self._parts = logs, parts
        self.counts: Counter[str] = Counter()

    def list(self, prefix: str) -> list[str]:
        keys = self._of(prefix).list(prefix)
        self.counts["list"] += max(1, -(-len(keys) // _KEYS_A_PAGE))
        return keys

    def get(self, key: str) -> bytes:
        self.counts["get"] += 1
        return self._of(key).get(key)

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        self.counts["put"] += 1
        return self._parts.put_if_absent(key, body, metadata)

    def _of(self, key: str) -> Store:
        return self._logs if key.startswith(logs_folder()) else self._parts


def main() -> None:
    logs = DirectoryStore(Path(sys.argv[1]))
    day = max(filter(None, (key.split("dt=")[1][:10] for key in logs.list(logs_folder()))))
    began = datetime.fromisoformat(day).replace(tzinfo=UTC)
    with TemporaryDirectory() as parts:
        store = CountedStore(logs, DirectoryStore(Path(parts)))
        for age in (_RIPE, _COMPLETE):
            clock = VirtualClock(began + age + _RUN_AT)
            # As the function does: what is due is looked up once a run, and one day is done.
            compactor = Compactor(store, clock, concurrency=1)
            compactor.due([day])
            (done,) = compactor.run([day])
            print(f"{day} {done.stage}: {done.done or done.error}; {dict(store.counts)} so far")
    _print_month(store.counts)


def _print_month(a_day: Counter[str]) -> None:
    seconds = a_day["get"] * prices()["assumed"]["s3_seconds"] / 8  # eight at once
    dollars = storage_dollars(a_day["list"] + a_day["put"], a_day["get"])
    dollars += seconds * prices()["dollars"]["lambda_gb_second"]
    print(f"a day ${dollars:.5f}, of it Lambda for {seconds:.0f} s at 1 GB; ", end="")
    print(f"a month ${dollars * _DAYS_A_MONTH:.3f} ({prices()['source']})")


if __name__ == "__main__":
    main()
