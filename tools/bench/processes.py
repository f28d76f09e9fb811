"""Measure whole processes against the stub: CPU, memory, and the duration of a backfill."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from studio_export.export import ages
from studio_export.instants import format_instant
from tools.bench import layer
from tools.bench.figure import Figure
from tools.bench.measure import Cost, child, stub
from tools.bench.pages import Dataset

_ROUNDS = 9
_RIVAL_ROUNDS = 3  # of a minute each
_MEGABYTE = 1e6
_RETENTION = timedelta(seconds=ages.RETENTION)
_LATENCY_SECONDS = 0.1


def figures() -> Iterator[Figure]:
    yield from _pipeline()
    yield from _rivals()
    yield from _memory()
    yield from _backfill()
    yield _init()


def _pipeline() -> Iterator[Figure]:
    """From HTTP to S3, after imports and clients."""
    for record_bytes, pages, must in ((800, 60, None), (2000, 40, 2.0), (10_000, 12, None)):
        name = f"CPU a record, HTTP to S3, over the same I/O + igzip-1, {record_bytes / 1000:g} kB"
        figure = Figure(name, must)
        with _serving(Dataset(pages, record_bytes)) as given:
            child("export", *given)  # the stub makes its pages once
            for _ in range(_ROUNDS):
                ours, floor = child("export", *given), child("floor", *given)
                figure.rounds.append(ours.work_cpu_seconds / floor.work_cpu_seconds)
        yield figure


def _rivals() -> list[Figure]:
    home = Figure("CPU of home-made (twilio, json, gzip) over ours, 200,000 of 2 kB", 8, "x", True)  # noqa: FBT003
    cpu = Figure("CPU of requests + json + gzip over ours, the same", 10, "x", True)  # noqa: FBT003
    memory = Figure("memory of requests + json + gzip over ours, the same", 25, "x", True)  # noqa: FBT003
    with _serving(Dataset(200, 2000)) as given:
        child("export", *given)  # the stub makes its pages once
        for _ in range(_RIVAL_ROUNDS):
            ours, script = child("export", *given), child("requests", *given)
            home.rounds.append(child("home-made", *given).cpu_seconds / ours.cpu_seconds)
            cpu.rounds.append(script.cpu_seconds / ours.cpu_seconds)
            memory.rounds.append(script.peak_bytes / ours.peak_bytes)
    return [home, cpu, memory]


def _memory() -> list[Figure]:
    few, many = _peak(20), _peak(1000)
    return [
        Figure(
            "peak memory, growth from 20,000 to 1,000,000 records", 8, "MB", rounds=[many - few]
        ),
        Figure("peak memory at 1,000,000 records", 90, "MB", rounds=[many]),
    ]


def _peak(pages: int) -> float:
    with _serving(Dataset(pages, 800, step_seconds=80)) as given:
        return child("export", *given).peak_bytes / _MEGABYTE


def _backfill() -> list[Figure]:
    """The wall time of the first run: 200,000 Executions over 30 days."""
    pages = 200
    start = datetime.now(UTC).replace(microsecond=0) - _RETENTION + timedelta(minutes=5)
    step_seconds = int(_RETENTION.total_seconds()) // (pages + 1)
    figures = {
        concurrency: Figure(
            f"30-day backfill at 100 ms a page: speed-up by {concurrency} requests at once",
            must,
            at_least=True,
        )
        for concurrency, must in ((4, 3.5), (8, 6))
    }
    with stub(Dataset(pages, 800, step_seconds, start), _LATENCY_SECONDS) as url:
        child("backfill", url, 8)
        alone = child("backfill", url, 1)
        for concurrency, figure in figures.items():
            for _ in range(2):
                together: Cost = child("backfill", url, concurrency)
                figure.rounds.append(alone.work_wall_seconds / together.work_wall_seconds)
    return list(figures.values())


def _init() -> Figure:
    figure = Figure('CPU of the handler\'s init over bare boto3.client("s3")', 1.2)
    with layer.built() as folder:
        for _ in range(_ROUNDS):
            ours = child("init", folder / "python")
            figure.rounds.append(ours.cpu_seconds / child("boto3").cpu_seconds)
    return figure


@contextmanager
def _serving(dataset: Dataset) -> Iterator[tuple[str, str, str]]:
    """Serve the dataset; yield its URL and range as arguments of a work."""
    with stub(dataset) as url:
        yield url, format_instant(dataset.start), format_instant(dataset.stop)
