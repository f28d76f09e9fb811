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
from studio_export.export.freshness import Freshness
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.log.reader import decode
from studio_export.model import Reply
from studio_export.twilio.record import ACTIVE, ENDED
from tests.protocol.oracle import BrokenPromiseError
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

START = datetime(2026, 11, 1, tzinfo=UTC)
FLOW, OTHER = "FW" + "a" * 32, "FW" + "b" * 32
RUN_SECONDS = 840.0
# Where an honest run needs two, 16 errands that fail and their other halves took 38; other runs
# took seven times as many, and pages without end thirteen times.
MAX_REQUESTS_PER_HONEST_ONE = 30
# An honest first run may need two: it lists a month at once. To find one second in that month took
# up to 112, and 303 for pages without end.
MIN_HONEST_FIRST_REQUESTS = 15
LIFETIME = timedelta(days=30)
AGES = (120, 900, 3600, 86_400)


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
    ENDED_ERROR = "500 once it has ended"
    ACTIVE_ERROR = "500 while it is active"
    FILTER_ERROR = "500 to the status filter"
    FILTER_REFUSED = "400 to the status filter"


# The row itself is the fault: it is put aside, and its second is no hole.
ROW_FAULTS = {Poison.NO_JSON, Poison.NULL, Poison.NO_SID, Poison.NO_DATE}
NO_FAULT_OF_A_ROW = {Poison.DEEP_PAGES, Poison.LARGE_ANSWERS, Poison.FORBIDDEN_FLOW}
OF_THE_FILTER = {Poison.FILTER_ERROR, Poison.FILTER_REFUSED}
# What ended is found by the ages alone: no question that must be asked is answered.
WITHOUT_ANSWER = {Poison.DEEP_PAGES, Poison.LARGE_ANSWERS, *OF_THE_FILTER}


@dataclass
class PoisonedSource:
    """Executions by second of creation, one of which (`poisoned`) is poison of a kind.

    Attributes:
        ends: when each Execution ends; one that never does is not in it.
    """

    clock: VirtualClock
    kind: Poison
    created: dict[str, datetime]
    ends: dict[str, datetime]
    poisoned: str
    page_size: int
    base_url: str = "https://studio.twilio.com"
    requests: int = 0
    failures: int = 0
    _listings: dict[str, list[str]] = field(default_factory=dict)

    def get(self, url: str, deadline: float) -> Reply:  # noqa: ARG002  time is the clock's
        self.requests += 1
        self.clock.advance(0.1)
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        flow_sid = parts.path.split("/", 4)[3]
        if flow_sid == OTHER and self.kind is Poison.FORBIDDEN_FLOW:
            raise AccessDeniedError("HTTP 403")
        page = int(query.get("Page", 0))
        first_url = url.partition("&Page=")[0]
        if not page:  # what ends while it is listed does not shift the later pages
            self._listings[first_url] = self._found(flow_sid, query)
        found = self._listings[first_url]
        if page and self.kind is Poison.ENDLESS and self.poisoned in found:
            found += [self.poisoned] * 1000
        status = query.get("status")
        rows = found[page * self.page_size : (page + 1) * self.page_size]
        rows = [sid for sid in rows if status in {None, self.status(sid)}]
        holds = self.poisoned in rows
        last = (page + 1) * self.page_size >= len(found)
        self._spoil(holds=holds, asks=status is not None, page=page, found=len(found))
        more = f"{first_url}&Page={page + 1}"
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
        start = datetime.fromisoformat(query["DateCreatedFrom"])
        stop = datetime.fromisoformat(query["DateCreatedTo"])
        now, status = self.clock.now(), query.get("status")
        found = [
            sid
            for sid, created in self.created.items()
            if start <= created < stop
            and now - LIFETIME < created <= now
            and status in {None, self.status(sid)}
        ]
        return sorted(found, key=lambda sid: self.created[sid], reverse=True)

    def status(self, sid: str) -> str:
        ends = self.ends.get(sid)
        return ENDED if ends and ends <= self.clock.now() else ACTIVE

    def _spoil(self, *, holds: bool, asks: bool, page: int, found: int) -> None:
        fails = {
            Poison.SERVER_ERROR: holds,
            Poison.REFUSED: holds,
            Poison.ENDED_ERROR: holds and self.status(self.poisoned) == ENDED,
            Poison.ACTIVE_ERROR: holds and self.status(self.poisoned) == ACTIVE,
            Poison.FILTER_ERROR: holds and asks,
            Poison.FILTER_REFUSED: holds and asks,
            Poison.DEEP_PAGES: page >= 3,
            Poison.LARGE_ANSWERS: found > 40,
        }
        if not fails.get(self.kind, False):
            return
        self.failures += 1
        if self.kind in {Poison.REFUSED, Poison.DEEP_PAGES, Poison.FILTER_REFUSED}:
            raise InvalidPageError(f"HTTP 400 {self.kind}")
        self.clock.advance(8)  # five attempts
        raise UnavailableError(f"HTTP 500 {self.kind}")

    def _body(self, rows: list[str], more: str | None) -> bytes:
        texts = ",".join(self._row(sid) for sid in rows)
        meta = json.dumps({"key": "executions", "next_page_url": more})
        return f'{{"meta":{meta},"executions":[{texts}]}}'.encode()

    def _row(self, sid: str) -> str:
        date = "yesterday" if self._spoils(sid, Poison.NO_DATE) else f"{self.created[sid]:%FT%TZ}"
        if self._spoils(sid, Poison.FAR_DATE):
            date = "2019-01-01T00:00:00Z"
        quoted = "null" if self._spoils(sid, Poison.NO_SID) else f'"{sid}"'
        if self._spoils(sid, Poison.NO_JSON):
            quoted = "nonsense"
        if self._spoils(sid, Poison.NULL):
            return "null"
        return f'{{"sid":{quoted},"status":"{self.status(sid)}","date_created":"{date}"}}'

    def _spoils(self, sid: str, kind: Poison) -> bool:
        return self.kind is kind and sid == self.poisoned


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
    freshness: Freshness = field(init=False)
    requests: int = field(init=False, default=0)  # of the last run

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
        sid = f"FN{poisoned:032x}"
        ends = {each: self._end(begun, chance) for each, begun in created.items()}
        if self.kind in {Poison.ENDED_ERROR, Poison.ACTIVE_ERROR}:
            ends[sid] = self._ends_between_the_first_runs(chance)
        elif self.kind in OF_THE_FILTER:
            ends[sid] = None
        known = {each: end for each, end in ends.items() if end}
        self.source = PoisonedSource(self.clock, self.kind, created, known, sid, page_size)
        # With one row, everything older than the head's range is asked for; with 900, nothing.
        self.freshness = Freshness(None, page_rows=chance.choice((1, 900)))
        self.store, self.checkpoints = MemoryStore(), MemoryCheckpoints()

    def _end(self, created: datetime, chance: random.Random) -> datetime | None:
        """Most have ended; some end between the first run and the third, some never."""
        share = chance.random()
        if share < 0.6:
            return created + timedelta(seconds=30)
        return self._ends_between_the_first_runs(chance) if share < 0.9 else None

    def _ends_between_the_first_runs(self, chance: random.Random) -> datetime:
        return self.clock.now() + timedelta(seconds=chance.randrange(60, 1700))

    def run(self) -> None:
        """One run of the exporter, and 15 minutes until the next."""
        sweeper = Sweeper(self.source, self.store, self.clock, LogCache(), max_pages=10_000)
        exporter = Exporter(
            sweeper,
            self.checkpoints,
            (OTHER, FLOW),
            AGES,
            30 * 86_400,
            self.concurrency,
            first=lambda _: 0,
            freshness=self.freshness,
        )
        before = self.source.requests
        self.summary = exporter.export(None, "owner", RUN_SECONDS)
        self.requests = self.source.requests - before
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
        return self.source.created.keys() - self.exported - self._own

    def without_final_line(self, by: datetime, youngest: datetime) -> set[str]:
        """Every Execution that had ended and has no final line, but for the poisoned one.

        Only of those that were created at `youngest` or later.
        """
        created = self.source.created
        ended = {
            sid for sid, ends in self.source.ends.items() if ends <= by and created[sid] >= youngest
        }
        final = {sid for sid, status in self._lines() if status == ENDED}
        return ended - final - self._own

    @property
    def _own(self) -> set[str]:
        return set() if self.kind in NO_FAULT_OF_A_ROW else {self.source.poisoned}

    def _lines(self) -> Iterator[tuple[str, str | None]]:
        for key, body in self.store.objects.items():
            if key.startswith("executions/"):
                yield from decode(body)


def live_poisoned(kind: Poison, seed: int, concurrency: int) -> PoisonedLife:
    """Make four runs, and some of the next days; check what is missing, and what a run asked.

    Some Executions end before the third run begins, the poisoned one too.

    Raises:
        BrokenPromiseError: another Execution has no line or no final line, or a run asked too
            often.
    """
    life, honest = (PoisonedLife(kind, seed, concurrency=concurrency) for _ in range(2))
    honest.source.kind, honest.source.poisoned = Poison.SERVER_ERROR, ""
    for number in range(4):
        if number == 2:
            third_run = life.clock.now()
        honest.run()
        life.run()
        needed = max(honest.requests, 0 if number else MIN_HONEST_FIRST_REQUESTS)
        if life.requests > MAX_REQUESTS_PER_HONEST_ONE * needed:
            raise BrokenPromiseError(f"budget: {life.requests} requests in run {number + 1}")
        if number == 1 and life.missing:
            raise BrokenPromiseError(f"G1: {sorted(life.missing)} have no line after two runs")
    late = life.without_final_line(third_run, START)
    if late and kind not in WITHOUT_ANSWER:
        raise BrokenPromiseError(f"G7: {sorted(late)} have no final line after two runs")
    for _ in range(3):
        life.clock.advance(12 * 3600)
        life.run()
    late = life.without_final_line(third_run, third_run - timedelta(seconds=AGES[-1]))
    if late:
        raise BrokenPromiseError(f"G7: {sorted(late)} have no final line by the ages")
    return life
