"""One run of the campaign: its processes, its faults, and its kills."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

from simulator.clock import VirtualClock
from simulator.studio import Studio
from tests.protocol.kill.network_faults import OUTAGES, How, NetworkFault
from tests.protocol.kill.plan import Overlap, Plan
from tests.protocol.kill.process_factory import HandlerProcess
from tests.protocol.kill.report import Report
from tests.protocol.kill.run_counts import RunOutcome, count_run
from tests.protocol.kill.run_order import RunOrder
from tests.protocol.kill.wait import await_all
from tests.protocol.kill.warm_pool import WarmPool
from tests.protocol.kill.wiretap import Wiretap

REST = Plan(0, 30.0, None, None, (), Overlap.NONE, None, None, 0, keeps=False)

_OVERTAKING_SECONDS = 60  # past any lease: a disturbed invocation has 6 s
_GRACE_SECONDS = 6.0  # over the invocation's own
_PUTS = 0.5  # of what is held or breaks off: one of the first three puts, where it matters
_MAX_HOLD_SECONDS = 1.5  # it may hold a lock that the other one waits for: SQLite's
_MEASURED = 8  # runs back


@dataclass(slots=True)
class KilledRun:
    """Makes the runs of one life, and keeps their recent durations.

    Attributes:
        pass_time: takes seconds.
        written: when each object was first seen, by key.
    """

    pool: WarmPool
    tap: Wiretap
    studio: Studio
    clock: VirtualClock
    pass_time: Callable[[int], object]
    report: Report
    written: Mapping[str, str]
    _seconds: deque[float] = field(default_factory=lambda: deque([0.15], _MEASURED))
    _turns: deque[int] = field(default_factory=lambda: deque([8], _MEASURED))
    _detail_turns: deque[int] = field(default_factory=lambda: deque([8], _MEASURED))

    def work(self, plan: Plan) -> RunOutcome:
        workers = self._workers(plan)
        self.studio.faults.on(*plan.faults)
        first = workers[0][0]
        self.tap.arm(self._fault(plan), first.kill)
        begun = time.monotonic()
        first.send(self._order(plan))
        for worker, _ in workers[1:]:
            self._overtake(plan, first)
            worker.send(self._order(plan))
        timer = threading.Timer(_MAX_HOLD_SECONDS, self._let_go, [first])
        timer.start()
        answers = await_all(
            dict(workers),
            plan.seconds + _GRACE_SECONDS,
            lambda worker: None if worker is first else self._let_go(first),
        )
        timer.cancel()
        seconds = time.monotonic() - begun
        self.tap.disarm()
        worked = RunOutcome(
            tuple(answers[worker] for worker, _ in workers),
            self.tap.struck,
            self.tap.turns,
            self.tap.detail_turns,
            seconds,
        )
        killed = [worker.killed for worker, _ in workers]
        count_run(self.report, worked, killed, plan.faults, self.studio.faults)
        if not (any(killed) or len(killed) > 1 or worked.leased or worked.struck):
            self._seconds.append(min(seconds, 1.0))
            self._turns.append(worked.turns)
            if worked.detail_turns:
                self._detail_turns.append(worked.detail_turns)
        self.studio.faults.off()
        for worker, _ in workers[1:]:
            worker.reap()
        if not plan.keeps:
            self.pool.dismiss()
        return worked

    def _workers(self, plan: Plan) -> list[tuple[HandlerProcess, float | None]]:
        """Return the processes, and after how many seconds each is killed."""
        workers = [(self.pool.warm(), self._after(plan.killed_at))]
        if plan.overlap is not Overlap.NONE:
            workers.append((self.pool.another(), self._after(plan.other_killed_at)))
        return workers

    def _order(self, plan: Plan) -> RunOrder:
        return RunOrder(
            self.clock().isoformat(),
            plan.seconds,
            plan.overlap is not Overlap.UNLEASED,
            self.written,
        )

    def _overtake(self, plan: Plan, first: HandlerProcess) -> None:
        """Hold or freeze the first process, and let time pass."""
        if plan.holds:
            self.tap.await_fault(2 * median(self._seconds))
        if plan.frozen_at is not None:
            time.sleep(plan.frozen_at * median(self._seconds))
            first.freeze()
            self.report.frozen += 1
        if plan.holds or plan.frozen_at is not None:
            self.pass_time(plan.overtaken_by_seconds)
        if plan.overlap is Overlap.EXPIRED:
            self.pass_time(_OVERTAKING_SECONDS)

    def _let_go(self, first: HandlerProcess) -> None:
        self.tap.release()
        first.thaw()

    def _after(self, share: float | None) -> float | None:
        return None if share is None else share * median(self._seconds)

    def _fault(self, plan: Plan) -> NetworkFault | None:
        if plan.network_fault is None:
            return None
        how, share = plan.network_fault
        if how in {How.HELD, *OUTAGES} and share < _PUTS:
            return NetworkFault(1 + int(share / _PUTS * 3), how, b"PUT", plan.in_details)
        turns = median(self._detail_turns if plan.in_details else self._turns)
        return NetworkFault(1 + int(share * turns), how, in_details=plan.in_details)
