"""The progress of a run or a replay: how much of each Flow's work is done, and how fast."""

import time
from collections.abc import Callable

from studio_export.export.ages import RETENTION
from studio_export.model import Span
from studio_export.summary import FlowSummary
from studio_export_cli.output import format_duration
from studio_export_cli.progress import Progress


class FlowProgress:
    """Show how much of what was due at the beginning is done, from the summaries of Flows.

    `replayed` is the range of a replay; None for a run.
    """

    def __init__(
        self,
        progress: Progress,
        replayed: Span | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._progress = progress
        self._replayed = replayed
        self._clock = clock
        self._started = clock()
        self._max_behind: dict[str, int] = {}

    def __call__(self, flow: FlowSummary) -> None:
        self._progress.update(flow.flow_sid, self._share(flow), self._describe(flow))

    def _share(self, flow: FlowSummary) -> float:
        if not flow.still_due:
            return 1.0
        behind = self._behind_seconds(flow)
        most = max(self._max_behind.get(flow.flow_sid, 0), behind)
        self._max_behind[flow.flow_sid] = most
        whole = self._replayed.seconds if self._replayed else most
        return 1.0 - behind / whole if whole else 0.0

    def _behind_seconds(self, flow: FlowSummary) -> int:
        if self._replayed and flow.swept_to:
            return Span(flow.swept_to, self._replayed.stop).seconds
        return RETENTION - (flow.headroom_seconds or 0)

    def _describe(self, flow: FlowSummary) -> str:
        seconds = max(0.001, self._clock() - self._started)
        parts = [f"{flow.counts.lines:>9,} lines", f"{flow.counts.lines / seconds:>6,.0f}/s"]
        if flow.leased:
            parts.append("waiting for another run")
        elif flow.error:
            parts.append("failed")
        elif flow.swept_to:
            parts.append(f"at {flow.swept_to:%Y-%m-%d %H:%M}")
        elif flow.head_lag_seconds is not None:
            parts.append(f"lag {format_duration(flow.head_lag_seconds)}")
        return "  ".join(parts)
