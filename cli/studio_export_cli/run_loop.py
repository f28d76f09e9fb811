"""A tick of the command: it may take as long as it needs, in invocations of a minute.

Leases last as long as an invocation's deadline. So after a kill, whoever runs next waits for a
minute at most.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from studio_export.export.exporter import Exporter
from studio_export.model import FlowSummary, Replay, Summary

Listener = Callable[[FlowSummary], None]

_REPLAY_SECONDS = 30 * 86_400.0  # a replay holds no lease that could be left behind


@dataclass(slots=True)
class Tick:
    """One tick; used once. `listener` hears how far each Flow came in all of it.

    It gives up after `patience` invocations in a row that did not get a single page. With a pause
    between them, that outlasts the lease that a killed run left behind.
    """

    exporter: Exporter
    owner: str
    listener: Listener
    invocation_seconds: float = 60.0
    pause_seconds: float = 15.0
    patience: int = 6
    _done: dict[str, FlowSummary] = field(default_factory=dict)
    _idle: int = 0

    def run(self) -> Summary:
        exporter = replace(self.exporter, progress=self._heard)
        while True:
            latest = exporter.export(None, self.owner, self.invocation_seconds)
            total = self._add(latest)
            self._idle = 0 if latest.totals.pages else self._idle + 1
            if not left(latest) or self._idle >= self.patience:
                return total
            if self._idle:
                exporter.sweeper.clock.sleep(self.pause_seconds)

    def _heard(self, flow: FlowSummary) -> None:
        self.listener(self._sum(flow))

    def _sum(self, flow: FlowSummary) -> FlowSummary:
        earlier = self._done.get(flow.flow_sid)
        return replace(flow, counts=earlier.counts + flow.counts) if earlier else flow

    def _add(self, latest: Summary) -> Summary:
        for flow in latest.flows:
            self._done[flow.flow_sid] = self._sum(flow)
            self.listener(self._done[flow.flow_sid])
        return replace(latest, flows=tuple(self._done.values()))


def left(summary: Summary) -> bool:
    """Whether another invocation could do more, now or when a lease has ended."""
    if summary.stopped:
        return False
    return summary.out_of_time or any(
        (flow.still_due or flow.leased) and not flow.error for flow in summary.flows
    )


def run_replay(exporter: Exporter, replay: Replay, owner: str, listener: Listener) -> Summary:
    return replace(exporter, progress=listener).export(replay, owner, _REPLAY_SECONDS)
