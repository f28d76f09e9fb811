"""One tick: who works it, what goes wrong, and when it is killed."""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
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

REST = Plan(0, 30.0, None, None, (), Overlap.NONE, None, keeps=False)

_OVERTAKING = timedelta(seconds=60)  # past any lease: a disturbed invocation has 6 s
_PATIENCE_SECONDS = 6.0  # over the invocation's own
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


class Shift:
    """The ticks of one life, with how long they took of late."""

    def __init__(
        self, crew: Crew, tap: Wiretap, studio: Studio, clock: VirtualClock, report: Report
    ) -> None:
        self._crew, self._tap, self._studio = crew, tap, studio
        self._clock, self._report = clock, report
        self._seconds = deque([0.15], _MEASURED)
        self._turns = deque([8], _MEASURED)

    def work(self, plan: Plan) -> Worked:
        workers = self._workers(plan)
        self._studio.faults.on(*plan.faults)
        first = workers[0][0]
        self._tap.arm(self._trap(plan), first.kill)
        begun = time.monotonic()
        for worker, tick, _ in workers:
            worker.tell(tick)
            if plan.holds and worker is first:
                self._tap.await_sprung(2 * median(self._seconds))
        answers = await_all(
            {worker: after for worker, _, after in workers},
            plan.seconds + _PATIENCE_SECONDS,
            lambda worker: None if worker is first else self._tap.release(),
        )
        seconds = time.monotonic() - begun
        self._tap.disarm()
        worked = Worked(
            tuple(answers[worker] for worker, _, _ in workers),
            self._tap.sprung,
            self._tap.turns,
            seconds,
        )
        self._count([worker for worker, _, _ in workers], worked, plan)
        self._studio.faults.off()
        for worker, _, _ in workers[1:]:
            worker.bury()
        if not plan.keeps:
            self._crew.dismiss()
        return worked

    def _workers(self, plan: Plan) -> list[tuple[HandlerProcess, Tick, float | None]]:
        """Who works which tick, and after how many seconds of it it is killed."""
        lease, now = plan.overlap is not Overlap.UNLEASED, self._clock()
        mine = Tick(now.isoformat(), plan.seconds, lease)
        workers = [(self._crew.warm(), mine, self._after(plan.killed_at))]
        if plan.overlap is not Overlap.NONE:
            if lease:
                now = self._clock.advance(seconds=_OVERTAKING.total_seconds())
            other = Tick(now.isoformat(), plan.seconds, lease)
            workers.append((self._crew.another(), other, self._after(plan.other_killed_at)))
        return workers

    def _after(self, share: float | None) -> float | None:
        return None if share is None else share * median(self._seconds)

    def _trap(self, plan: Plan) -> Trap | None:
        if plan.trap is None:
            return None
        how, share = plan.trap
        return Trap(1 + int(share * median(self._turns)), how)

    def _count(self, workers: Sequence[HandlerProcess], worked: Worked, plan: Plan) -> None:
        report, answers = self._report, worked.answers
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
        past = self._studio.faults.met(fault.kind) - fault.first + 1
        return max(0, min(past, fault.times or past))


def _is_leased(answer: Answer) -> bool:
    flows = answer.get("value", {}).get("flows", {})
    return any(flow.get("leased") for flow in flows.values())
