"""A run of the command: it exports until nothing is due, in rounds of a minute.

A lease expires at the end of a round. So after a kill, the next run waits a minute at most.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from studio_export.export.exporter import Exporter
from studio_export.model import Replay
from studio_export.summary import DetailCounts, FlowSummary, Summary

OnProgress = Callable[[FlowSummary], None]
OnWait = Callable[[str, float], None]

_REPLAY_SECONDS = 30 * 86_400.0  # a replay holds no lease, so it needs no rounds


@dataclass(slots=True)
class RunLoop:
    """One run; used once. `on_progress` receives what each Flow has done since the run began.

    `on_wait` receives the reason and the seconds of each pause.

    The run ends after `max_idle_rounds` rounds in a row that fetched no page. With a pause between
    them, that outlasts the lease of a run that was killed. A round that wrote
    no line of Steps or Contexts is the last one for these: what is left may not be due yet.
    """

    exporter: Exporter
    owner: str
    on_progress: OnProgress
    on_wait: OnWait
    round_seconds: float = 60.0
    pause_seconds: float = 15.0
    max_idle_rounds: int = 6
    _done: dict[str, FlowSummary] = field(default_factory=dict)
    _detail_counts: DetailCounts = field(default_factory=DetailCounts)
    _idle: int = 0

    def run(self) -> Summary:
        exporter = replace(self.exporter, progress=self._report)
        while True:
            latest = exporter.export(None, self.owner, self.round_seconds)
            total = self._add(latest)
            is_idle = not (latest.totals.pages or _wrote_details(latest))
            self._idle = self._idle + 1 if is_idle else 0
            if not has_work_left(latest) or self._idle >= self.max_idle_rounds:
                return total
            if self._idle:
                self.on_wait(_reason(latest), self.pause_seconds)
                exporter.sweeper.clock.sleep(self.pause_seconds)

    def _report(self, flow: FlowSummary) -> None:
        self.on_progress(self._sum(flow))

    def _sum(self, flow: FlowSummary) -> FlowSummary:
        earlier = self._done.get(flow.flow_sid)
        return replace(flow, counts=earlier.counts + flow.counts) if earlier else flow

    def _add(self, latest: Summary) -> Summary:
        for flow in latest.flows:
            self._done[flow.flow_sid] = self._sum(flow)
            self.on_progress(self._done[flow.flow_sid])
        details = latest.details
        if details:
            self._detail_counts += details.counts
            details = replace(details, counts=self._detail_counts)
        return replace(latest, flows=tuple(self._done.values()), details=details)


def has_work_left(summary: Summary) -> bool:
    """Whether another round could do more, now or when a lease has expired."""
    if summary.stopped:
        return False
    if summary.details and summary.details.objects_left and _wrote_details(summary):
        return True
    return summary.out_of_time or any(
        (flow.still_due or flow.leased) and not flow.error for flow in summary.flows
    )


def _wrote_details(summary: Summary) -> bool:
    return summary.details is not None and summary.details.counts.lines > 0


def _reason(latest: Summary) -> str:
    leased = [flow.flow_sid for flow in latest.flows if flow.leased]
    if leased:
        return f"another run holds the lease of {leased[0]}"
    return "Twilio sent no page in this round"


def run_replay(exporter: Exporter, replay: Replay, owner: str, on_progress: OnProgress) -> Summary:
    return replace(exporter, progress=on_progress).export(replay, owner, _REPLAY_SECONDS)
