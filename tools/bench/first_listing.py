"""Count the requests of a new Flow's first run, which lists the whole range first.

python -m tools.bench.first_listing      a minute; a table
"""

from datetime import timedelta

from simulator.source import StudioSource
from simulator.studio import Studio
from simulator.traffic import fill
from studio_export.export import ages
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from tools.bench.lives import NOW
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

_MONTH, _HOUR = timedelta(seconds=ages.RETENTION), timedelta(hours=1)
_SIZES = (0, 1000, 1900, 3000, 5000, 20_000, 60_000, 300_000)
_IN_FLIGHT = (1, 4, 16)


def requests(executions: int, in_one_hour: int, concurrency: int) -> int:
    """Return how many pages the first run of a Flow asks for.

    Its Executions are created at random instants of 30 days, and `in_one_hour` of them in the hour
    in the middle. None is created at the ends, where the clock decides what is listed.
    """
    studio = Studio(lambda: NOW)
    flow = studio.add_flow()
    fill(flow, executions - in_one_hour, NOW - _MONTH + _HOUR, NOW - 2 * _HOUR)
    fill(flow, in_one_hour, NOW - _MONTH / 2, NOW - _MONTH / 2 + _HOUR)
    sweeper = Sweeper(StudioSource(studio), MemoryStore(), VirtualClock(NOW), LogCache())
    exporter = Exporter(
        sweeper, MemoryCheckpoints(), (flow.sid,), ages.DEFAULT_AGES, ages.RETENTION, concurrency
    )
    return exporter.export(None, "bench", 1e6).totals.pages


def main() -> None:
    print("| Executions in 30 days | requests with 1, 4 and 16 in flight |")
    print("|---|---|")
    for executions in _SIZES:
        counted = [requests(executions, 0, concurrency) for concurrency in _IN_FLIGHT]
        print(f"| {executions:,} | {', '.join(map(str, counted))} |", flush=True)
    counted = [requests(60_000, 30_000, concurrency) for concurrency in _IN_FLIGHT]
    print(f"| 60,000, half of them in one hour | {', '.join(map(str, counted))} |")


if __name__ == "__main__":
    main()
