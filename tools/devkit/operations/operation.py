"""A deployed stack in operation, on virtual time: schedule, function, queues, and its metrics.

The export is the real one with its telemetry, on the simulated Studio and the fakes of the other
ports; what it prints in the embedded metric format is what the alarms see. What AWS adds of its
own (invocations, errors, queues) is modelled here: an invocation that fails is made once more a
minute later, and its event goes to a queue if that fails too; a run that Scheduler cannot deliver
goes to the other. With several workers a state machine starts each run instead: a piece for each
worker, one after the other, and an execution that fails if a piece fails; with several accounts,
the same for each of them.
"""

import contextlib
import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count, product

from simulator.source import StudioSource
from simulator.studio import Studio
from studio_export import detail_wiring
from studio_export.detail_settings import DATASETS, DetailSettings
from studio_export.details.detail_export import DetailExport
from studio_export.errors import StudioExportError
from studio_export.export import ages
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.function.result import check, error_lines
from studio_export.function.telemetry import Telemetry
from studio_export.log.cache import LogCache
from studio_export.model import Checkpoint
from studio_export.ports import Checkpoints, DatedStore, Source
from studio_export.privacy.policy import KEEP_ALL
from studio_export.privacy.policy_redaction import PolicyRedaction
from studio_export.shard import ALL_FLOWS, Shard
from studio_export.summary import FlowSummary
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore
from tools.devkit.operations.metrics import Metric, Metrics

_RETRY_SECONDS = 60.0
_QUEUE_SECONDS = 300


class CountedCheckpoints(MemoryCheckpoints):
    """Which counts its writes, as DynamoDB does, one unit for each."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = 0

    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        self.writes += 1
        return super().acquire(flow_sid, owner, now, expires_at)

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        self.writes += 1
        return super().save(flow_sid, owner, checkpoint, release=release)


@dataclass
class Operation:
    """`named`: whether the Flows are named in FLOW_SIDS, or listed at each run.

    `details`: whether Steps, Contexts and Flow revisions are exported too.
    `workers`: how many pieces a run has, if more than one.
    `accounts`: how many there are, each with a Studio and a dataset; all but the first are
    `others`, on the same clock. They need several workers here.
    The switches: `scheduled` (is the schedule enabled?), `deliverable` (may it invoke?), and
    `killed` (does the function's time run out before it logs?). `before_run` may turn
    them, or change the Studio's faults.
    """

    period_seconds: int = 900
    named: bool = True
    flows_count: int = 2
    details: bool = False
    workers: int = 1
    accounts: int = 1
    scheduled: bool = True
    deliverable: bool = True
    killed: bool = False
    clock: VirtualClock = field(default_factory=VirtualClock)
    store: MemoryStore = field(default_factory=MemoryStore)
    checkpoints: CountedCheckpoints = field(default_factory=CountedCheckpoints)
    metrics: Metrics = field(default_factory=Metrics)
    corrupted: dict[str, bytes] = field(default_factory=dict)
    before_run: Callable[[], object] | None = None
    summaries: list[tuple[float, FlowSummary]] = field(default_factory=list)
    queues: dict[str, int] = field(
        default_factory=lambda: {"failedinvocations": 0, "undeliveredruns": 0}
    )

    def __post_init__(self) -> None:
        self.studio = Studio(self.clock.now)
        self.flows = [self.studio.add_flow() for _ in range(self.flows_count)]
        self.others = [
            Operation(
                self.period_seconds,
                named=self.named,
                details=self.details,
                workers=self.workers,
                clock=self.clock,
                metrics=self.metrics,
            )
            for _ in range(1, self.accounts)
        ]
        self._holders = count(1)
        with contextlib.redirect_stdout(io.StringIO()):  # which its logger keeps
            self._telemetry = Telemetry()
        self.restart()

    @property
    def seconds(self) -> float:
        return self.clock.monotonic()

    def traffic(self, days: float, every_seconds: int = ages.HOUR) -> None:
        """Give each Flow an Execution so often, from 30 days ago to so many days from now."""
        now = self.clock.now()
        start, stop = now - timedelta(days=30), now + timedelta(days=days)
        for flow in self.flows:
            for n in range(int((stop - start).total_seconds()) // every_seconds):
                created = start + timedelta(seconds=n * every_seconds)
                flow.add(created, created + timedelta(minutes=5 + 40 * (n % 3)))
        for other in self.others:
            other.traffic(days, every_seconds)

    def restart(self) -> None:
        """Have the next invocation start cold: no log is remembered."""
        source = StudioSource(self.studio, clock=self.clock)
        self.store.now = self.clock.now
        self.exporter = self.exporter_on(source, self.store, self.checkpoints)

    def exporter_on(self, source: Source, store: DatedStore, checkpoints: Checkpoints) -> Exporter:
        return Exporter(
            Sweeper(source, store, self.clock, LogCache()),
            checkpoints,
            tuple(flow.sid for flow in self.flows) if self.named else (),
            scale=ages.DEFAULT_AGES,
            lookback_seconds=ages.RETENTION,
            concurrency=1,
            details=self._detail_export(source, store) if self.details else None,
        )

    def _detail_export(self, source: Source, store: DatedStore) -> DetailExport:
        settings = DetailSettings(
            tuple(DATASETS.values()), concurrency=1, period_seconds=self.period_seconds
        )
        redaction = PolicyRedaction(KEEP_ALL)
        return detail_wiring.detail_export(
            settings, redaction, source, store, self.clock, lambda _reason, _seconds: None
        )

    def run(self, hours: float) -> None:
        """Let so much time pass, with a run at the beginning of each period."""
        stop = self.seconds + hours * ages.HOUR
        while self.seconds < stop:
            began = self.seconds
            if self.scheduled:
                self._run_once()
            self._rest(min(stop, began + self.period_seconds))

    def _run_once(self) -> None:
        if self.before_run:
            self.before_run()
        if not self.deliverable:
            self.queues["undeliveredruns"] += 1
        elif self.workers > 1:
            self._execute()
        elif not self.invoke():
            self.clock.advance(_RETRY_SECONDS)
            self.queues["failedinvocations"] += not self.invoke()

    def _execute(self) -> None:
        """One execution of the state machine: it repeats a piece that was killed, twice."""
        began, is_failed = self.seconds, False
        until = began + self.period_seconds - 60.0
        for account, number in product((self, *self.others), range(self.workers)):
            shard = Shard(number, self.workers)
            attempts = 1 + 2 * account.killed
            done = [account.invoke(shard, until - self.seconds) for _ in range(attempts)]
            is_failed = is_failed or not any(done)
        if is_failed:
            arn = "arn:aws:states:us-east-1:123456789012:stateMachine:fleet"
            metric = Metric("AWS/States", "ExecutionsFailed", frozenset({("StateMachineArn", arn)}))
            self.metrics.put(metric, self.seconds, 1.0, "Count")

    def invoke(self, shard: Shard = ALL_FLOWS, remaining_seconds: float = math.inf) -> bool:
        """One invocation, and whether it came to its end; these are the lines of the handler."""
        printed, began = io.StringIO(), self.seconds
        seconds = max(0.0, min(840.0, self.period_seconds - 60.0, remaining_seconds))
        try:
            if self.killed:
                self.clock.advance(seconds)
                return self._counted(began, ok=False)
            with contextlib.redirect_stdout(printed), self._telemetry.invocation({}, "request"):
                exporter = replace(self.exporter, shard=shard)
                summary = exporter.export(None, str(next(self._holders)), seconds)
                self._telemetry.report(summary, None)
            self.summaries += [(self.seconds, flow) for flow in summary.flows]
            if self.workers > 1:  # a piece describes its errors, and raises none
                return self._counted(began, ok=True) and not error_lines(summary)
            check(summary)
        except StudioExportError:
            return self._counted(began, ok=False)
        finally:
            for line in printed.getvalue().splitlines():
                self.metrics.put_emf(line, self.seconds)
        return self._counted(began, ok=True)

    def _counted(self, began: float, *, ok: bool) -> bool:
        """What Lambda and DynamoDB measure themselves, at the time when the invocation began."""
        function, table = ("FunctionName", "exporter"), ("TableName", "checkpoints")
        for namespace, name, dimension, value, unit in (
            ("AWS/Lambda", "Invocations", function, 1.0, "Count"),
            ("AWS/Lambda", "Errors", function, float(not ok), "Count"),
            ("AWS/Lambda", "Duration", function, (self.seconds - began) * 1000, "Milliseconds"),
            ("AWS/DynamoDB", "ConsumedWriteCapacityUnits", table, self.checkpoints.writes, "Count"),
        ):
            metric = Metric(namespace, name, frozenset({dimension}))
            self.metrics.put(metric, began, value, unit)
        self.checkpoints.writes = 0
        return ok

    def _rest(self, expires_at: float) -> None:
        """Wait, while SQS measures its queues: once at least, also after the longest run."""
        while True:
            for queue, depth in self.queues.items():
                metric = Metric(
                    "AWS/SQS",
                    "ApproximateNumberOfMessagesVisible",
                    frozenset({("QueueName", queue)}),
                )
                self.metrics.put(metric, self.seconds, float(depth), "Count")
            if self.seconds >= expires_at:
                return
            self.clock.advance(min(_QUEUE_SECONDS, expires_at - self.seconds))
