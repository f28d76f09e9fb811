"""The first listing of a new Flow, and of a replay, is the whole range: requests are counted."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from simulator.source import StudioSource
from simulator.studio import Studio
from studio_export.export.ages import DAY, DEFAULT_AGES
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.log.reader import decode
from studio_export.model import Replay, Span
from studio_export.summary import Summary
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
MONTH = timedelta(days=30)
RANGE = Replay(Span(NOW - MONTH, NOW))
WORK = pytest.mark.parametrize("replay", [None, RANGE], ids=["first run", "replay"])
IN_FLIGHT = pytest.mark.parametrize("concurrency", [1, 4])


class Account:
    def __init__(self, flows: int, executions_each: int) -> None:
        self.studio = Studio(lambda: NOW)
        self.store = MemoryStore()
        self.sids = set()
        for _ in range(flows):
            flow = self.studio.add_flow()
            for index in range(executions_each):
                created = NOW - 0.999 * MONTH + index * 0.998 * MONTH / executions_each
                created = created.replace(microsecond=0)
                self.sids.add(flow.add(created, created + timedelta(seconds=30)).sid)

    def export(self, replay: Replay | None, concurrency: int) -> Summary:
        sweeper = Sweeper(StudioSource(self.studio), self.store, VirtualClock(NOW), LogCache())
        sids = tuple(flow.sid for flow in self.studio.account.flows)
        exporter = Exporter(sweeper, MemoryCheckpoints(), sids, DEFAULT_AGES, 30 * DAY, concurrency)
        return exporter.export(replay, "me", 1e6)

    def exported(self) -> Counter[str]:
        bodies = self.store.objects.values()
        return Counter(sid for body in bodies for sid, _ in decode(body))


@WORK
@IN_FLIGHT
@pytest.mark.parametrize("executions", [0, 1, 900])
def test_flows_whose_month_fits_a_page_cost_a_request_each(
    executions: int, concurrency: int, replay: Replay | None
) -> None:
    account = Account(3, executions)
    summary = account.export(replay, concurrency)
    assert summary.complete
    assert summary.totals.pages == 3
    assert account.exported() == Counter(account.sids)


@WORK
@IN_FLIGHT
def test_a_busy_flow_pays_two_pages_of_a_listing_that_is_given_up(
    concurrency: int, replay: Replay | None
) -> None:
    pages = 40
    account = Account(1, 1000 * pages)
    summary = account.export(replay, concurrency)
    assert summary.complete
    assert summary.totals.pages <= pages + 2 + pages // 8
    assert account.exported() == Counter(account.sids)
