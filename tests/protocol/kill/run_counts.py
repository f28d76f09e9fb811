"""The outcome of a run, and how it counts in the report."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.faults import Fault, Faults, Kind
from tests.protocol.kill.network_faults import How
from tests.protocol.kill.report import Report
from tests.protocol.kill.wait import Answer

_STRUCK = {Kind.RESET: "resets", Kind.HANG: "stalls", Kind.CUT_BODY: "cuts"}
_STRUCK_BY = {
    How.RESET_UNSENT: "resets",
    How.RESET_UNANSWERED: "resets",
    How.OUTAGE_UNSENT: "resets",
    How.OUTAGE_UNANSWERED: "resets",
    How.STALL: "stalls",
    How.HELD: "held",
    How.KILL_HALF_SENT: "cuts",
}


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What a run did.

    Attributes:
        answers: that of each process; None if it was killed before it answered.
        detail_turns: turns from the first request for a Step, a Context or a revision on.
    """

    answers: tuple[Answer | None, ...]
    struck: How | None
    turns: int
    detail_turns: int
    seconds: float

    @property
    def answer(self) -> Answer | None:
        return self.answers[0]

    @property
    def leased(self) -> bool:
        """Return whether an invocation found the lease of another."""
        values = [answer.get("value", {}) for answer in self.answers if answer]
        flows = [flow for value in values for flow in value.get("flows", {}).values()]
        return any(flow.get("leased") for flow in flows)


def count_run(
    report: Report,
    worked: RunOutcome,
    killed: Sequence[bool],
    planned: Sequence[Fault],
    faults: Faults,
) -> None:
    """Count the run; `killed` is whether each process was killed."""
    report.runs += 1
    report.overlaps += len(killed) > 1
    report.leased += worked.leased
    for was_killed, answer in zip(killed, worked.answers, strict=True):
        report.kills += was_killed
        report.in_work += was_killed and answer is None
        report.in_details += was_killed and answer is None and worked.detail_turns > 0
        report.at_rest += was_killed and answer is not None
        report.failed += answer is not None and "error" in answer
    for fault in planned:
        if fault.kind in _STRUCK:
            report.add(_STRUCK[fault.kind], _strikes(fault, faults))
    if worked.struck in _STRUCK_BY:
        report.add(_STRUCK_BY[worked.struck], 1)


def _strikes(fault: Fault, faults: Faults) -> int:
    past = faults.met(fault.kind) - fault.first + 1
    return max(0, min(past, fault.times or past))
