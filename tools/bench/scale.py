"""Measure how cost grows with Flows and Executions: `python -m tools.bench.scale`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from studio_export.export import ages
from studio_export.model import Reply
from tools.bench import steady
from tools.bench.lives import NOW, RUN_INTERVAL, Counts, Life
from tools.bench.pages import FLOW_SID, PAGE_RECORDS, Dataset
from tools.bench.prices import prices, storage_dollars
from tools.devkit.fakes.clock import VirtualClock

_DAY = timedelta(days=1)
_HEAD = """\
| a day of | requests | CPU s | S3 put, list, get | DynamoDB writes | GB s | $ | $/M |
|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True, slots=True)
class DatasetSource:
    """A `Source` over a dataset of any size, in process."""

    dataset: Dataset
    clock: VirtualClock
    base_url: str = "https://studio.twilio.com"

    def get(self, url: str, deadline: float) -> Reply:  # noqa: ARG002  no time passes
        number, next_url = self.dataset.requested(url, self.clock.now())
        return Reply(self.dataset.page(number, next_url))


def first_day(executions_a_day: int) -> Counts:
    """Count the first day of one Flow: listed at each age up to 16 hours."""
    pages = executions_a_day // PAGE_RECORDS
    dataset = Dataset(pages, 800, ages.DAY // pages, NOW)
    clock = VirtualClock(NOW)
    return Life(clock, DatasetSource(dataset, clock), (FLOW_SID,)).live(_DAY)


@dataclass(frozen=True, slots=True)
class Bill:
    """The cost of the counts, with the price list's assumptions about waiting."""

    gb_seconds: float
    dollars: float


def bill(counts: Counts, runs: float) -> Bill:
    cost, assumed = prices()["dollars"], prices()["assumed"]
    s3_calls = counts.lists + counts.gets + counts.puts
    waiting = counts.requests * assumed["studio_seconds"] + s3_calls * assumed["s3_seconds"]
    waiting = waiting / assumed["requests_at_once"]
    waiting += counts.checkpoint_writes * assumed["dynamodb_seconds"]
    computing = counts.cpu_seconds + counts.requests * assumed["http_cpu_seconds_a_page"]
    gb_seconds = (waiting + computing) * assumed["memory_gb"]
    dollars = (
        gb_seconds * cost["lambda_gb_second"]
        + runs * cost["lambda_invocation"]
        + storage_dollars(counts.lists + counts.puts, counts.gets, counts.checkpoint_writes)
    )
    return Bill(gb_seconds, dollars)


def report() -> None:
    """Print a Markdown table; each row scaled to a day."""
    part = timedelta(hours=6)  # the widest range of an age: each is due at least once
    print(_HEAD)
    for row in (
        ("500 Flows, 10,000 in all", 10_000, lambda: steady.day(10_000, 500, part), part),
        ("1 Flow, 10,000", 10_000, lambda: steady.day(10_000, 1, part), part),
        ("1 Flow, 10,000, its first day", 10_000, lambda: first_day(10_000), _DAY),
        ("1 Flow, 100,000, its first day", 100_000, lambda: first_day(100_000), _DAY),
        ("1 Flow, 1,000,000, its first day", 1_000_000, lambda: first_day(1_000_000), _DAY),
    ):
        print(_line(*row), flush=True)
    print(f"\nPrices: {prices()['source']}, as of {prices()['as_of']}.")


def _line(name: str, executions: int, live: Callable[[], Counts], duration: timedelta) -> str:
    times, counts = _DAY / duration, live()
    paid = bill(counts, duration / RUN_INTERVAL)
    dollars = paid.dollars * times
    calls = ", ".join(f"{n * times:,.0f}" for n in (counts.puts, counts.lists, counts.gets))
    return (
        f"| {name} | {counts.requests * times:,.0f} | {counts.cpu_seconds * times:,.1f} | "
        f"{calls} | {counts.checkpoint_writes * times:,.0f} | {paid.gb_seconds * times:,.0f} | "
        f"{dollars:.3f} | {dollars / executions * 1e6:,.2f} |"
    )


if __name__ == "__main__":
    report()
