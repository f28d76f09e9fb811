"""A world in which `executions/` is written, and only Steps and Contexts are left to export."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from simulator.account import Flow
from simulator.execution import Execution
from simulator.faults import Fault as StudioFault
from simulator.source import StudioSource
from studio_export.details.detail_export import DetailExport
from studio_export.log import keys
from tests.protocol.detail_parts import check_lines, detail_export, missing_marks
from tests.protocol.fault_injection import (
    FaultInjector,
    FaultySource,
    FaultyStore,
    Killed,
    Plan,
    undisturbed,
)
from tests.protocol.interleaving import interleaved_pool, take_turn
from tests.protocol.oracle import BrokenPromiseError
from tests.protocol.scenarios import DAY, HOUR, MINUTE, Life, Scenario
from tests.protocol.trace_table import format_trace
from tests.protocol.world import World

RUN_SECONDS = 840.0
_PERIOD = timedelta(minutes=15)
_MAX_RUNS_TO_REST = 60


@dataclass(frozen=True, slots=True)
class DetailScenario:
    """Executions that are exported, and runs of the export of details.

    Attributes:
        run_times: in seconds after the last object of `executions/` was written.
        run_seconds: how much time each run has.
    """

    name: str
    executions: tuple[Life, ...]
    run_times: tuple[int, ...] = (12 * MINUTE, 27 * MINUTE)
    folders: tuple[str, ...] = (keys.STEPS,)
    concurrency: int = 1
    studio_faults: tuple[StudioFault, ...] = ()
    run_seconds: float = RUN_SECONDS


class DetailWorld:
    """One Flow; its processes export details, and may die."""

    def __init__(self, scenario: DetailScenario, plan: Plan = undisturbed) -> None:
        self.scenario = scenario
        exported = _exported(scenario.executions)
        self.clock, self.studio, self.store = exported.clock, exported.studio, exported.store
        self.flow = exported.flow
        self.studio.faults.on(*scenario.studio_faults)
        self.dataset = exported.details
        self.executions = exported.dataset
        self._begun = self.clock.monotonic()
        self.injector = FaultInjector(self.clock, plan, self._watch, self._overtake, take_turn)
        self._worker_pool = interleaved_pool(random.Random(scenario.name))
        self._processes = count(1)
        self._export: DetailExport | None = None

    @property
    def ios(self) -> int:
        return self.injector.number

    def invoke(self) -> None:
        """Run once in the warm process, or in a new one if that died."""
        if self._export is None:
            self._export = self.export()
        if not self.run(self._export):
            self._export = None

    def run(self, export: DetailExport) -> bool:
        """Run once; return whether the process is still alive."""
        try:
            export.export(self.clock.monotonic() + self.scenario.run_seconds)
        except Killed:
            return False
        return True

    def export(self, injector: FaultInjector | None = None) -> DetailExport:
        """Return the export of a new process."""
        injector, process = injector or self.injector, f"p{next(self._processes)}"
        return detail_export(
            FaultySource(
                injector, process, StudioSource(self.studio, clock=self.clock, attempts=2)
            ),
            FaultyStore(injector, process, self.store),
            self.clock,
            self._worker_pool,
            self.scenario.folders,
            self.scenario.concurrency,
        )

    def invocation(self) -> Callable[[], object]:
        """Return one run of a new process, to interleave with others."""
        return lambda: self.run(self.export())

    def advance_to(self, seconds: float) -> None:
        """Advance to so long after the last object was written; never go back."""
        self.clock.advance(max(0.0, self._begun + seconds - self.clock.monotonic()))

    def make_runs(self, first: int = 0) -> None:
        for run_time in self.scenario.run_times[first:]:
            self.advance_to(run_time)
            self.invoke()

    def rest(self) -> None:
        """Apply late effects, run without faults until all is marked, and check every line."""
        self.injector.settle()
        self.injector.plan = undisturbed
        self._export = None
        for _ in range(_MAX_RUNS_TO_REST):
            self.clock.advance(_PERIOD.total_seconds())
            self.invoke()
            if not missing_marks(self.store, self.scenario.folders):
                break
        else:
            raise BrokenPromiseError("no progress: after sixty runs without faults work is left")
        check_lines(
            self.studio, self.dataset, self.ended(), self.scenario.folders, self.clock.now()
        )

    def lose_marks(self) -> None:
        """Remove every mark; the oracle forgets them too."""
        for key in [each for each in self.store.objects if each.startswith(keys.DONE)]:
            del self.store.objects[key]
            self.dataset.seen.discard(key)

    def delete(self, chance: random.Random) -> None:
        """Let somebody delete one of the Executions at Twilio."""
        chance.choice(self.flow.executions).deleted_at = self.clock.now()

    def ended(self) -> list[tuple[Flow, Execution]]:
        executions = {each.sid: each for each in self.flow.executions}
        lines = self.executions.lines
        return [(self.flow, executions[sid]) for sid in lines if "ended" in lines[sid]]

    def _watch(self, _name: str) -> None:
        try:
            self.dataset.check()
        except BrokenPromiseError as error:
            error.add_note(format_trace(self.injector.trace))
            raise

    def _overtake(self) -> None:
        """Let another process run from start to end, without faults."""
        quiet = FaultInjector(self.clock, undisturbed, self._watch, lambda: None)
        self.run(self.export(quiet))
        self.injector.trace += quiet.trace


def _exported(executions: tuple[Life, ...]) -> World:
    """Export Executions in several runs, so that their logs have several objects."""
    scenario = Scenario(
        "details",
        executions,
        run_times=(0, 15 * MINUTE, 45 * MINUTE),
        ages=(2 * MINUTE, 10 * MINUTE, HOUR),
        lookback_seconds=DAY,
    )
    world = World(replace(scenario), sound_cursors=False)
    world.make_runs(0, len(scenario.run_times))
    return world
