"""Hypothesis runs events in any order; a model of twenty lines says which lines may exist."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from studio_export.model import Replay, Span
from tests.protocol.faults import APPLICABLE, Fault
from tests.protocol.oracle import check_rest
from tests.protocol.scenarios import DAY, MINUTE, Scenario
from tests.protocol.world import START, World

SCENARIO = Scenario(
    "model", executions=(), run_times=(), ages=(2 * MINUTE, 20 * MINUTE), lookback_seconds=DAY
)


class Model:
    """The lines that an Execution may have: none, one active line, one ended line."""

    def __init__(self) -> None:
        self.ends: dict[str, float | None] = {}  # sid -> when it ended, in virtual seconds

    def allows(self, sid: str, statuses: list[str | None], now: float) -> bool:
        if sid not in self.ends:
            return False
        end = self.ends[sid]
        ended = end is not None and end <= now
        return statuses in ([], ["active"]) or (
            ended and statuses in (["ended"], ["active", "ended"])
        )


class Exporting(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World(SCENARIO)
        self.model = Model()
        self.tables = [dict(self.world.checkpoints.items)]

    @rule(lasts=st.one_of(st.none(), st.integers(0, 3000)), hidden=st.integers(0, 900))
    def an_execution_starts(self, lasts: int | None, hidden: int) -> None:
        now = self.world.clock.now().replace(microsecond=0)
        ends = None if lasts is None else now + timedelta(seconds=lasts)
        seen = now + timedelta(seconds=hidden)
        execution = self.world.flow.add(now, ends, visible_from=seen)
        start = (now - START).total_seconds()
        self.model.ends[execution.sid] = None if lasts is None else start + lasts

    @rule(seconds=st.integers(1, 2000))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    @rule()
    def a_run(self) -> None:
        self.world.invoke()
        self.tables.append(dict(self.world.checkpoints.items))

    @rule(at=st.integers(1, 12), data=st.data())
    def a_run_with_a_fault(self, at: int, data: st.DataObject) -> None:
        fault = data.draw(st.sampled_from(Fault))
        wanted = self.world.injector.number + at

        def plan(number: int, name: str) -> Fault | None:
            return fault if number == wanted and fault in APPLICABLE[name] else None

        self.world.injector.plan = plan
        self.world.invoke()

    @rule()
    def the_process_dies(self) -> None:
        self.world.kill()

    @rule()
    def the_table_is_lost(self) -> None:
        self.world.checkpoints.items.clear()

    @rule(data=st.data())
    def the_table_is_restored(self, data: st.DataObject) -> None:
        self.world.checkpoints.items = dict(data.draw(st.sampled_from(self.tables)))

    @rule(start=st.integers(0, 7200), width=st.integers(1, 7200))
    def a_range_is_replayed(self, start: int, width: int) -> None:
        first = START + timedelta(seconds=start)
        stop = min(first + timedelta(seconds=width), self.world.clock.now().replace(microsecond=0))
        if first < stop:
            self.world.invoke(Replay(Span(first, stop)))

    @invariant()
    def only_what_the_model_allows_is_there(self) -> None:
        now = self.world.clock.monotonic()
        for sid, statuses in self.world.dataset.lines.items():
            assert self.model.allows(sid, statuses, now), (sid, statuses)

    def teardown(self) -> None:
        self.world.clock.advance(SCENARIO.settled_seconds + 60)
        self.world.rest()
        check_rest(self.world.dataset, self.world.flow.executions, SCENARIO.ages[-1])


TestExporting = Exporting.TestCase
TestExporting.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
