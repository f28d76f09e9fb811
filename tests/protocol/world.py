"""The simulated world of a case: clock, Studio, store, checkpoints, and processes that die."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from simulator.source import StudioSource
from simulator.studio import Studio
from studio_export.errors import StudioExportError
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.model import Checkpoint, Replay
from studio_export.ports import Checkpoints
from studio_export.summary import Summary
from tests.protocol.detail_oracle import DetailDataset
from tests.protocol.detail_parts import check_lines, detail_export, missing_marks
from tests.protocol.fault_injection import (
    FaultInjector,
    FaultyCheckpoints,
    FaultySource,
    FaultyStore,
    Killed,
    Plan,
    undisturbed,
)
from tests.protocol.interleaving import InterleavedLogCache, interleaved_pool, take_turn
from tests.protocol.oracle import (
    BrokenPromiseError,
    Dataset,
    check_cursors,
    check_fresh,
    check_rest,
)
from tests.protocol.scenarios import Scenario
from tests.protocol.trace_table import format_trace
from tools.devkit.fakes.checkpoints import Item, MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

START = datetime(2026, 11, 1, 0, 30, tzinfo=UTC)
INVOCATION_SECONDS = 840.0
_OVERTAKING = timedelta(seconds=INVOCATION_SECONDS + 60)


class NoLease:
    """Checkpoints without a lease: every owner may acquire and save."""

    def __init__(self, inner: MemoryCheckpoints) -> None:
        self._inner = inner

    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        self._open(flow_sid, owner)
        return self._inner.acquire(flow_sid, owner, now, expires_at)

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        self._open(flow_sid, owner)
        return self._inner.save(flow_sid, owner, checkpoint, release=release)

    def release(self, flow_sid: str, owner: str) -> None:
        self._inner.release(flow_sid, owner)

    def _open(self, flow_sid: str, owner: str) -> None:
        item = self._inner.items.get(flow_sid, Item())
        self._inner.items[flow_sid] = Item(item.checkpoint, owner)


@dataclass
class World:
    """One Flow, its exporter and its store.

    Attributes:
        sound_cursors: check the cursors after every effect, not only the dataset.
    """

    scenario: Scenario
    plan: Plan = undisturbed
    sound_cursors: bool = True
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(START))
    store: MemoryStore = field(default_factory=MemoryStore)
    checkpoints: MemoryCheckpoints = field(default_factory=MemoryCheckpoints)
    summaries: list[Summary] = field(default_factory=list)

    @property
    def ios(self) -> int:
        return self.injector.number

    def __post_init__(self) -> None:
        self.studio = Studio(self.clock.now)
        self.studio.faults.on(*self.scenario.studio_faults)
        self.flow = self.studio.add_flow()
        for life in self.scenario.executions:
            created = START + timedelta(seconds=life.created)
            lasts, hidden = life.lasts_seconds, life.hidden_seconds
            self.flow.add(
                created,
                None if lasts is None else created + timedelta(seconds=lasts),
                visible_from=created + timedelta(seconds=hidden) if hidden else None,
            )
        self.store.now = self.clock.now
        self.dataset = Dataset(self.store)
        self.details = DetailDataset(self.store)
        self.injector = FaultInjector(self.clock, self.plan, self._watch, self._overtake, take_turn)
        self._worker_pool = interleaved_pool(random.Random(self.scenario.name))
        self._processes = count(1)
        self._right: dict[str, tuple[Checkpoint, int]] = {}
        self._exporter: Exporter | None = None
        self._process = ""

    def invoke(self, replay: Replay | None = None) -> None:
        """Run one invocation in the warm process, or in a new one if that died."""
        if self._exporter is None:
            self._process = self._name()
            self._exporter = self.exporter(self._process)
        if not self.invoke_in(self._exporter, self._process, replay):
            self._exporter = None

    def invoke_in(self, exporter: Exporter, process: str, replay: Replay | None = None) -> bool:
        """Run one invocation; return whether its process is still alive."""
        begun = self.clock.now().replace(microsecond=0)
        try:
            summary = exporter.export(
                replay, f"{process}@{self.clock.monotonic()}", INVOCATION_SECONDS
            )
        except Killed:
            return False
        except StudioExportError:
            return True  # the invocation failed with a clear error; the next run continues
        self.summaries.append(summary)
        # With details, a checkpoint of a dead process may land after the sweeps of this run.
        if summary.complete and not replay and not self.scenario.detail_folders:
            for flow in summary.flows:
                check_fresh(self.checkpoints.items[flow.flow_sid].checkpoint, begun)
        return True

    def exporter(self, process: str, injector: FaultInjector | None = None) -> Exporter:
        injector, scenario = injector or self.injector, self.scenario
        kept: Checkpoints = self.checkpoints if scenario.lease else NoLease(self.checkpoints)
        source = StudioSource(self.studio, clock=self.clock, attempts=2)
        faulty = FaultySource(injector, process, source)
        store = FaultyStore(injector, process, self.store)
        return Exporter(
            Sweeper(
                faulty,
                store,
                self.clock,
                InterleavedLogCache(scenario.warm_sids),
                buffer_bytes=scenario.buffer_bytes,
                max_pages=scenario.max_pages,
            ),
            FaultyCheckpoints(injector, process, kept),
            flow_sids=(self.flow.sid,),
            scale=scenario.ages,
            lookback_seconds=scenario.lookback_seconds,
            concurrency=scenario.concurrency,
            freshness=scenario.freshness,
            worker_pool=self._worker_pool,
            details=detail_export(
                faulty,
                store,
                self.clock,
                self._worker_pool,
                scenario.detail_folders,
                scenario.concurrency,
            )
            if scenario.detail_folders
            else None,
        )

    def make_runs(self, first: int, stop: int) -> None:
        """Make the runs from `first` on, and advance to the time of run `stop`."""
        run_times = self.scenario.run_times
        for run_time in run_times[first:stop]:
            self.advance_to(run_time)
            self.invoke()
        self.advance_to(run_times[min(stop, len(run_times) - 1)])

    def finish(self, after: int) -> None:
        """Make the runs after the given one, then come to rest."""
        self.make_runs(after + 1, len(self.scenario.run_times))
        last = max(life.created for life in self.scenario.executions)
        self.advance_to(last + self.scenario.settled_seconds + 60)
        self.rest()

    def kill(self) -> None:
        self._exporter = None

    def advance_to(self, offset_seconds: float) -> None:
        """Advance to that many seconds after the start; never go back."""
        self.clock.advance(max(0.0, offset_seconds - self.clock.monotonic()))

    def rest(self) -> None:
        """Apply late effects, run without faults until complete, and check for losses."""
        self.injector.settle()
        self.injector.plan = undisturbed
        self.kill()
        for _ in range(40):
            self.invoke()
            if self.summaries and self.summaries[-1].complete and self._is_detailed():
                break
            self.clock.advance(900)
        else:
            raise BrokenPromiseError(
                "no progress: after forty runs without faults work is still due"
            )
        self._watch("rest")

    def _watch(self, name: str) -> None:
        try:
            self._check(name)
        except BrokenPromiseError as error:
            error.add_note(format_trace(self.injector.trace))
            raise

    def _check(self, name: str) -> None:
        self.dataset.check()
        self.details.check()
        if name == "rest":
            settled = self.clock.now() - timedelta(seconds=self.scenario.settled_seconds)
            due = [each for each in self.flow.executions if self._horizon <= each.created < settled]
            check_rest(
                self.dataset, due, self.scenario.ages[-1] + min(0, self.scenario.skew_seconds)
            )
            ended = [sid for sid, statuses in self.dataset.lines.items() if "ended" in statuses]
            executions = {each.sid: each for each in self.flow.executions}
            check_lines(
                self.studio,
                self.details,
                [(self.flow, executions[sid]) for sid in ended],
                self.scenario.detail_folders,
                self.clock.now(),
            )
        if not self.sound_cursors or not name.startswith(("checkpoints", "rest", "late")):
            return
        flows = {flow.sid: flow for flow in self.studio.account.flows}
        for sid, item in self.checkpoints.items.items():
            # Lines are only added, and time only excuses more: what was right stays right.
            checked = item.checkpoint, len(flows[sid].executions)
            if item.checkpoint.cursors and self._right.get(sid) != checked:
                check_cursors(
                    self.dataset, flows[sid], item.checkpoint, self.clock.now(), self._horizon
                )
                self._right[sid] = checked

    @property
    def _horizon(self) -> datetime:
        """Where the first sweep begins, if it runs at the start."""
        return START - timedelta(seconds=self.scenario.lookback_seconds)

    def _is_detailed(self) -> bool:
        """Whether every object of `executions/` has the marks of all datasets."""
        return missing_marks(self.store, self.scenario.detail_folders) == []

    def _overtake(self) -> None:
        """Run another invocation without faults, after the lease of the hanging one has expired."""
        self.clock.advance(_OVERTAKING.total_seconds())
        process = self._name()
        quiet = FaultInjector(self.clock, undisturbed, self._watch, lambda: None)
        self.invoke_in(self.exporter(process, quiet), process)
        self.injector.trace += quiet.trace

    def _name(self) -> str:
        return f"p{next(self._processes)}"
