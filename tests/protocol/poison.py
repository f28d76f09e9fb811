"""An account in which one Execution spoils every answer that holds it.

Faults in time do not find what is tied to content: here the same second fails for every caller and
however often. `PoisonedSource` answers as Twilio's list does, newest first, filtered by creation.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from studio_export.errors import AccessDeniedError, InvalidPageError, UnavailableError
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.log.reader import decode
from studio_export.model import Reply
from tests.protocol.oracle import BrokenPromiseError
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

START = datetime(2026, 11, 1, tzinfo=UTC)
FLOW, OTHER = "FW" + "a" * 32, "FW" + "b" * 32
RUN_SECONDS = 840.0
# Pages without end took some twenty times as many, with four at once; other kinds six times.
MAX_REQUESTS_PER_HONEST_ONE = 40
LIFETIME = timedelta(days=30)


class Poison(StrEnum):
    """What an answer that holds the poisoned Execution is."""

    SERVER_ERROR = "500"
    REFUSED = "400"
    HTML = "html"
    CUT = "cut"
    NO_JSON = "row is no json"
    NULL = "row is null"
    NO_SID = "row without a sid"
    NO_DATE = "row without a date"
    FAR_DATE = "row of another year"
    ENDLESS = "endless pages"
    DEEP_PAGES = "deep pages refused"
    LARGE_ANSWERS = "answers of many rows time out"
    FORBIDDEN_FLOW = "the other Flow is forbidden"


# The row itself is the fault: it is put aside, and its second is no hole.
ROW_FAULTS = {Poison.NO_JSON, Poison.NULL, Poison.NO_SID, Poison.NO_DATE}
NO_FAULT_OF_A_ROW = {Poison.DEEP_PAGES, Poison.LARGE_ANSWERS, Poison.FORBIDDEN_FLOW}


@dataclass
class PoisonedSource:
    """Executions by second of creation, one of which (`poisoned`) is poison of a kind."""

    clock: VirtualClock
    kind: Poison
    created: dict[str, datetime]
    poisoned: str
    page_size: int
    base_url: str = "https://studio.twilio.com"
    requests: int = 0
    failures: int = 0

    def get(self, url: str, deadline: float) -> Reply:  # noqa: ARG002  time is the clock's
        self.requests += 1
        self.clock.advance(0.1)
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        flow_sid = parts.path.split("/", 4)[3]
        if flow_sid == OTHER and self.kind is Poison.FORBIDDEN_FLOW:
            raise AccessDeniedError("HTTP 403")
        found = self._found(flow_sid, query)
        page = int(query.get("Page", 0))
        rows = found[page * self.page_size : (page + 1) * self.page_size]
        holds = self.poisoned in rows
        last = (page + 1) * self.page_size >= len(found)
        self._spoil(holds=holds, page=page, found=len(found))
        more = f"{url.partition('&Page=')[0]}&Page={page + 1}"
        if holds and self.kind is Poison.ENDLESS:
            last = False
        body = self._body(rows, None if last else more)
        if holds and self.kind is Poison.HTML:
            body = b"<html>Bad gateway</html>"
        if holds and self.kind is Poison.CUT:
            body = body[: len(body) // 2]
        return Reply(body)

    def _found(self, flow_sid: str, query: dict[str, str]) -> list[str]:
        if flow_sid == OTHER:
            return []
        start, stop = query["DateCreatedFrom"], query["DateCreatedTo"]
        found = [
            sid
            for sid, created in self.created.items()
            if start <= f"{created:%Y-%m-%dT%H:%M:%SZ}" < stop
            and self.clock.now() - LIFETIME < created <= self.clock.now()
        ]
        if self.kind is Poison.ENDLESS and self.poisoned in found and int(query.get("Page", 0)) > 0:
            return found + [self.poisoned] * 100_000
        return sorted(found, key=lambda sid: self.created[sid], reverse=True)

    def _spoil(self, *, holds: bool, page: int, found: int) -> None:
        fails = {
            Poison.SERVER_ERROR: holds,
            Poison.REFUSED: holds,
            Poison.DEEP_PAGES: page >= 3,
            Poison.LARGE_ANSWERS: found > 40,
        }
        if not fails.get(self.kind, False):
            return
        self.failures += 1
        if self.kind in {Poison.SERVER_ERROR, Poison.LARGE_ANSWERS}:
            self.clock.advance(8)  # five attempts
            raise UnavailableError(f"HTTP 500 {self.kind}")
        raise InvalidPageError(f"HTTP 400 {self.kind}")

    def _body(self, rows: list[str], more: str | None) -> bytes:
        texts = ",".join(self._row(sid) for sid in rows)
        meta = json.dumps({"key": "executions", "next_page_url": more})
        return f'{{"meta":{meta},"executions":[{texts}]}}'.encode()

    def _row(self, sid: str) -> str:
        created = f"{self.created[sid]:%Y-%m-%dT%H:%M:%SZ}"
        row = {"sid": sid, "status": "ended", "date_created": created}
        if sid != self.poisoned:
            return json.dumps(row)
        spoiled = {
            Poison.NO_JSON: '{"sid": nonsense}',
            Poison.NULL: "null",
            Poison.NO_SID: json.dumps({**row, "sid": None}),
            Poison.NO_DATE: json.dumps({**row, "date_created": "yesterday"}),
            Poison.FAR_DATE: json.dumps({**row, "date_created": "2019-01-01T00:00:00Z"}),
        }
        return spoiled.get(self.kind, json.dumps(row))


@dataclass
class PoisonedLife:
    """An account of a Flow with Executions over some days, and its exporter."""

    kind: Poison
    seed: int
    executions: int = 120
    concurrency: int = 1
    clock: VirtualClock = field(init=False)
    source: PoisonedSource = field(init=False)
    store: MemoryStore = field(init=False)
    checkpoints: MemoryCheckpoints = field(init=False)

    def __post_init__(self) -> None:
        chance = random.Random(f"{self.seed}/{self.kind}")
        days = chance.choice((1, 3, 20))
        self.clock = VirtualClock(START + timedelta(days=days))
        # Distinct seconds: what shares the poison's second no filter can separate.
        seconds = chance.sample(range(600, days * 86_400 - 600), self.executions)
        if chance.random() < 0.5:  # a burst, with the poison in its middle
            begun = chance.choice(seconds)
            seconds = list({*seconds[: self.executions // 2], *range(begun, begun + 60)})
            poisoned = begun + chance.randrange(60)
        else:
            poisoned = chance.choice(seconds)
        created = {f"FN{second:032x}": START + timedelta(seconds=second) for second in seconds}
        page_size = chance.choice((1, 7, 1000)) if self.executions < 200 else 1000
        self.source = PoisonedSource(
            self.clock, self.kind, created, f"FN{poisoned:032x}", page_size
        )
        self.store, self.checkpoints = MemoryStore(), MemoryCheckpoints()

    def run(self) -> None:
        """One run of the exporter, and 15 minutes until the next."""
        sweeper = Sweeper(self.source, self.store, self.clock, LogCache(), max_pages=10_000)
        exporter = Exporter(
            sweeper,
            self.checkpoints,
            (OTHER, FLOW),
            (120, 900, 3600, 86_400),
            30 * 86_400,
            self.concurrency,
            first=lambda _: 0,
        )
        self.summary = exporter.export(None, "owner", RUN_SECONDS)
        self.clock.advance(900)

    @property
    def ios(self) -> int:
        return self.source.requests

    @property
    def exported(self) -> set[str]:
        return {sid for sid, _ in self._lines()}

    @property
    def missing(self) -> set[str]:
        """Every Execution without a line, but for the poisoned one."""
        own = {self.source.poisoned} if self.kind not in NO_FAULT_OF_A_ROW else set()
        return self.source.created.keys() - self.exported - own

    def _lines(self) -> Iterator[tuple[str, str | None]]:
        for key, body in self.store.objects.items():
            if key.startswith("executions/"):
                yield from decode(body)


def live_poisoned(kind: Poison, seed: int, concurrency: int) -> PoisonedLife:
    """Run twice, and check that only the poison is missing, and what the first run asked.

    Raises:
        BrokenPromiseError: another Execution has no line, or the run asked too often.
    """
    life, honest = (PoisonedLife(kind, seed, concurrency=concurrency) for _ in range(2))
    honest.source.kind, honest.source.poisoned = Poison.SERVER_ERROR, ""
    honest.run()
    life.run()
    if life.source.requests > MAX_REQUESTS_PER_HONEST_ONE * honest.source.requests:
        raise BrokenPromiseError(f"budget: {life.source.requests} requests in one run")
    life.run()
    if life.missing:
        raise BrokenPromiseError(f"G1: {sorted(life.missing)} have no line after two runs")
    return life
