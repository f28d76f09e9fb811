"""A replay cut off by its time again and again goes on by its rest, and exports every line once."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from simulator.source import StudioSource
from simulator.studio import Studio
from simulator.traffic import fill
from studio_export.export import ages
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.function.answer import answer
from studio_export.function.work import parse_work
from studio_export.instants import format_instant
from studio_export.log.cache import LogCache
from studio_export.model import Reply
from studio_export.ports import Source
from tests.protocol.oracle import Dataset
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

MONTH = timedelta(days=29)


@dataclass
class SlowSource:
    """A source whose every answer takes a second."""

    inner: Source
    clock: VirtualClock

    @property
    def base_url(self) -> str:
        return self.inner.base_url

    def get(self, url: str, deadline: float) -> Reply:
        self.clock.advance(1)
        return self.inner.get(url, deadline)


@dataclass
class Account:
    """An account, its store, and a function that is killed by its time-out before it is done."""

    clock: VirtualClock
    studio: Studio
    store: MemoryStore
    exporter: Exporter

    def export(self, piece: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Do what the handler does with a piece."""
        work = parse_work({"piece": piece})
        exporter = replace(self.exporter, shard=work.request.shard)
        return answer(exporter.export(work.replay(self.clock.now()), "owner", seconds), work)


@pytest.fixture
def account() -> Account:
    clock, store = VirtualClock(), MemoryStore()
    studio = Studio(clock.now)
    for executions in (1500, 40, 40, 3, 0, 700):
        now = clock.now()
        fill(studio.add_flow(), executions, now - MONTH, now - timedelta(hours=3))
    source = SlowSource(StudioSource(studio, clock=clock), clock)
    sweeper = Sweeper(source, store, clock, LogCache())
    scale, lookback = ages.DEFAULT_AGES, ages.RETENTION
    # Whether eight seconds are enough depends on which Flow is first.
    exporter = Exporter(
        sweeper,
        MemoryCheckpoints(),
        (),
        scale,
        lookback,
        concurrency=1,
        first=lambda _: 0,
    )
    return Account(clock, studio, store, exporter)


@pytest.mark.parametrize("seconds", [3.5, 5, 8, 30])
def test_a_replay_that_is_cut_off_exports_each_execution_exactly_once(
    account: Account, seconds: float
) -> None:
    now = account.clock.now()
    span = {"from": format_instant(now - MONTH), "to": format_instant(now)}
    parts = []
    for shard in ("0/2", "1/2"):
        piece: dict[str, Any] | None = {"shard": shard, **span}
        while piece:
            parts.append(account.export(piece, seconds))
            assert parts[-1]["ok"], parts[-1]
            piece = parts[-1].get("rest")

    dataset = Dataset(account.store)
    dataset.check()  # no line twice
    wanted = Counter(each.sid for flow in account.studio.account.flows for each in flow.executions)
    assert dataset.lines.keys() == wanted.keys()
    last = [part for part in parts if "rest" not in part]
    assert sum(part["totals"].get("lines", 0) for part in last) == sum(
        map(len, dataset.lines.values())
    )
    assert len(parts) > 2 or seconds > 20
