"""One tick: who works it, what goes wrong, and when it is killed."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.protocol.kills.company import Answer, await_all
from tests.protocol.kills.crew import Crew
from tests.protocol.kills.nursery import HandlerProcess
from tests.protocol.kills.plan import Overlap, Plan
from tests.protocol.kills.report import Report
from tests.protocol.kills.tick import Tick
from tests.protocol.kills.traps import How, Trap
from tests.protocol.kills.wiretap import Wiretap
from tests.studio.clock import VirtualClock
from tests.studio.faults import Fault, Kind
from tests.studio.studio import Studio

REST = Plan(0, 30.0, None, None, (), Overlap.NONE, None, None, 0, keeps=False)

_OVERTAKING_SECONDS = 60  # past any lease: a disturbed invocation has 6 s
_PATIENCE_SECONDS = 6.0  # over the invocation's own
_HELD_PUTS = 0.5  # of what is held: a put of the first three, where it matters most
_LONGEST_HOLD_SECONDS = 1.5  # it may hold a lock that the other one waits for: SQLite's
_MEASURED = 8  # ticks back

_STRUCK = {Kind.RESET: "resets", Kind.HANG: "stalls", Kind.CUT_BODY: "cuts"}
_SPRUNG = {
    How.RESET_UNSENT: "resets",
    How.RESET_UNANSWERED: "resets",
    How.OUTAGE_UNSENT: "resets",
    How.OUTAGE_UNANSWERED: "resets",
    How.STALL: "stalls",
    How.HELD: "held",
    How.KILL_HALF_SENT: "cuts",
}


@dataclass(frozen=True, slots=True)
class Worked:
    """The answers of those who worked; None of one that was killed before."""

    answers: tuple[Answer | None, ...]
    sprung: How | None
    turns: int
    seconds: float

    @property
    def answer(self) -> Answer | None:
        return self.answers[0]


@dataclass(slots=True)
class Shift:
    """The ticks of one life, with how long they took of late. `pass_time` takes seconds."""

    crew: Crew
    tap: Wiretap
    studio: Studio
    clock: VirtualClock
    pass_time: Callable[[int], object]
    report: Report
    _seconds: deque[float] = field(default_factory=lambda: deque([0.15], _MEASURED))
    _turns: deque[int] = field(default_factory=lambda: deque([8], _MEASURED))

    def work(self, plan: Plan) -> Worked:
        workers = self._workers(plan)
        self.studio.faults.on(*plan.faults)
        first = workers[0][0]
        self.tap.arm(self._trap(plan), first.kill)
        begun = time.monotonic()
        first.tell(self._tick(plan))
        for worker, _ in workers[1:]:
            self._overtake(plan, first)
            worker.tell(self._tick(plan))
        timer = threading.Timer(_LONGEST_HOLD_SECONDS, self._let_go, [first])
        timer.start()
        answers = await_all(
            dict(workers),
            plan.seconds + _PATIENCE_SECONDS,
            lambda worker: None if worker is first else self._let_go(first),
        )
        timer.cancel()
        seconds = time.monotonic() - begun
        self.tap.disarm()
        worked = Worked(
            tuple(answers[worker] for worker, _ in workers),
            self.tap.sprung,
            self.tap.turns,
            seconds,
        )
        self._count([worker for worker, _ in workers], worked, plan)
        self.studio.faults.off()
        for worker, _ in workers[1:]:
            worker.bury()
        if not plan.keeps:
            self.crew.dismiss()
        return worked

    def _workers(self, plan: Plan) -> list[tuple[HandlerProcess, float | None]]:
        """Who works, and after how many seconds it is killed."""
        workers = [(self.crew.warm(), self._after(plan.killed_at))]
        if plan.overlap is not Overlap.NONE:
            workers.append((self.crew.another(), self._after(plan.other_killed_at)))
        return workers

    def _tick(self, plan: Plan) -> Tick:
        return Tick(self.clock().isoformat(), plan.seconds, plan.overlap is not Overlap.UNLEASED)

    def _overtake(self, plan: Plan, first: HandlerProcess) -> None:
        """Bring the first one to where it is overtaken, and let time pass."""
        if plan.holds:
            self.tap.await_sprung(2 * median(self._seconds))
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

    def _trap(self, plan: Plan) -> Trap | None:
        if plan.trap is None:
            return None
        how, share = plan.trap
        if how is How.HELD and share < _HELD_PUTS:
            return Trap(1 + int(share / _HELD_PUTS * 3), how, b"PUT")
        return Trap(1 + int(share * median(self._turns)), how)

    def _count(self, workers: Sequence[HandlerProcess], worked: Worked, plan: Plan) -> None:
        report, answers = self.report, worked.answers
        report.ticks += 1
        report.overlaps += len(workers) > 1
        for worker, answer in zip(workers, answers, strict=True):
            report.kills += worker.killed
            report.in_work += worker.killed and answer is None
            report.at_rest += worker.killed and answer is not None
            report.failed += answer is not None and "error" in answer
        leased = any(answer and _is_leased(answer) for answer in answers)
        report.leased += leased
        for fault in plan.faults:
            if fault.kind in _STRUCK:
                name = _STRUCK[fault.kind]
                setattr(report, name, getattr(report, name) + self._struck(fault))
        if worked.sprung in _SPRUNG:
            name = _SPRUNG[worked.sprung]
            setattr(report, name, getattr(report, name) + 1)
        if len(workers) == 1 and not (workers[0].killed or leased or worked.sprung):
            self._seconds.append(min(worked.seconds, 1.0))
            self._turns.append(worked.turns)

    def _struck(self, fault: Fault) -> int:
        past = self.studio.faults.met(fault.kind) - fault.first + 1
        return max(0, min(past, fault.times or past))


def _is_leased(answer: Answer) -> bool:
    flows = answer.get("value", {}).get("flows", {})
    return any(flow.get("leased") for flow in flows.values())
