"""What the function says of its work: one log line per Flow, and metrics in CloudWatch's EMF.

Never a body, a number, a name or a secret: Sids, counts, and errors in the project's own words.
"""

from collections.abc import Mapping

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from studio_export.model import Summary
from studio_export.report import flow_as_json

NAMESPACE = "StudioExport"


class Telemetry:
    def __init__(self) -> None:
        # Their service is POWERTOOLS_SERVICE_NAME, the stack: two of them share no metric.
        self._logger = Logger()
        self._metrics = Metrics(namespace=NAMESPACE)

    def begin(self, event: object, request_id: str) -> None:
        """Tie the lines of this invocation to its event: EventBridge's `id`, else the request's."""
        event_id = event.get("id") if isinstance(event, Mapping) else None
        self._logger.set_correlation_id(event_id if isinstance(event_id, str) else request_id)

    def report(self, summary: Summary) -> None:
        for flow in summary.flows:
            say = self._logger.error if flow.error else self._logger.info
            say("flow", extra={"flow_sid": flow.flow_sid, **flow_as_json(flow)})
        if summary.stopped:
            self._logger.error("stopped", extra={"error": summary.stopped})
        for name, unit, value in measures(summary):
            self._metrics.add_metric(name, unit, value)
        self._metrics.flush_metrics()


def measures(summary: Summary) -> list[tuple[str, MetricUnit, float]]:
    """The metrics of an invocation; the two gauges only where a Flow has a value."""
    totals = summary.totals
    lags = [flow.head_lag_seconds for flow in summary.flows if flow.head_lag_seconds is not None]
    rooms = [flow.headroom_seconds for flow in summary.flows if flow.headroom_seconds is not None]
    counts = {
        "LinesExported": totals.lines,
        "EndedExported": totals.ended,
        "Pages": totals.pages,
        "Conflicts": totals.conflicts,
        "Throttles": totals.throttles,
        "LateArrivals": totals.late_arrivals,
        "Rejected": totals.rejected,
        "Unfinished": totals.unfinished,
        "FlowsFailed": sum(flow.error is not None for flow in summary.flows),
    }
    return [
        *((name, MetricUnit.Count, float(value)) for name, value in counts.items()),
        *(("HeadLagSeconds", MetricUnit.Seconds, float(max(lags))) for _ in lags[:1]),
        *(("RetentionHeadroomHours", MetricUnit.NoUnit, min(rooms) / 3600) for _ in rooms[:1]),
    ]
