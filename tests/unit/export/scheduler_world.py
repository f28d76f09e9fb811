"""A few Flows with work on two ages, and a source whose answers take time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.model import Checkpoint, Reply
from studio_export.ports import Checkpoints, Source
from studio_export.summary import FlowSummary
from tests.unit.doubles import BASE_URL, listed
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

START = datetime(2026, 11, 23, 14, tzinfo=UTC)
A, B, C = (f"FW{letter * 32}" for letter in "abc")
DAY = 86_400
SCALE = (120, DAY)


class Answering:
    """A source that answers by the Flow asked for; each answer takes a second."""

    base_url = BASE_URL

    def __init__(self, clock: VirtualClock, seconds: float = 1) -> None:
        self.clock = clock
        self.seconds = seconds
        self.asked: list[tuple[str, datetime]] = []
        self.errors: dict[str, Exception] = {}
        self.on_get: Callable[[], None] = lambda: None

    def get(self, url: str, deadline: float) -> Reply:  # noqa: ARG002  an answer takes what it takes
        flow_sid = urlsplit(url).path.split("/")[3]
        start = parse_qs(urlsplit(url).query)["DateCreatedFrom"][0]
        self.asked.append((flow_sid, datetime.fromisoformat(start) + timedelta(seconds=1)))
        self.clock.advance(self.seconds)
        self.on_get()
        if error := self.errors.get(flow_sid):
            raise error
        created = datetime.fromisoformat(start) + timedelta(seconds=1)
        return Reply(listed([(f"FN{flow_sid[-1]}{created:%d%H%M%S}", "ended", created)]))


class World:
    def __init__(self, concurrency: int = 1, seconds: float = 1) -> None:
        self.clock = VirtualClock(START)
        self.source = Answering(self.clock, seconds)
        self.store = MemoryStore()
        self.checkpoints = MemoryCheckpoints()
        self.progress: list[FlowSummary] = []
        self.exporter = exporter(self, self.source, self.checkpoints, concurrency)

    def knows(self, flow_sid: str, *, head: int, day: int) -> None:
        """The Flow has so many seconds of work on its two ages, more than fit a page."""
        ages = {120: head, DAY: day}
        cursors = {age: START - timedelta(seconds=age + work) for age, work in ages.items()}
        self.checkpoints.acquire(flow_sid, "before", START, START)
        checkpoint = Checkpoint(cursors, dict.fromkeys(ages, 3600))
        self.checkpoints.save(flow_sid, "before", checkpoint, release=True)

    def run(self, *flow_sids: str, seconds: float = 840) -> dict[str, FlowSummary]:
        exporter = replace(self.exporter, flow_sids=flow_sids)
        self.summary = exporter.export(None, "me", seconds)
        return {flow.flow_sid: flow for flow in self.summary.flows}

    @property
    def order(self) -> str:
        return "".join(flow_sid[-1] for flow_sid, _ in self.source.asked)


def exporter(world: World, source: Source, checkpoints: Checkpoints, concurrency: int) -> Exporter:
    sweeper = Sweeper(source, world.store, world.clock, LogCache())
    return Exporter(
        sweeper,
        checkpoints,
        (),
        SCALE,
        30 * DAY,
        concurrency,
        progress=world.progress.append,
        first=lambda _: 0,
    )
