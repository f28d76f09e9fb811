"""What the function says of its work: one log line per Flow, and metrics in CloudWatch's EMF.

Never a body, a number, a name or a secret: Sids, counts, and errors in the project's own words.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from studio_export.errors import (
    AccessDeniedError,
    ConfigurationError,
    CorruptLogError,
    InvalidEventError,
)
from studio_export.export import ages
from studio_export.function.result import flow_as_json
from studio_export.model import Replay, Summary

NAMESPACE = "StudioExport"

# At DEBUG, which the function's log level may be, they log what they send and receive: the secret.
_TALKATIVE = ("boto3", "botocore", "urllib3")

Measure = tuple[str, MetricUnit, float]


class Telemetry:
    def __init__(self) -> None:
        # Their service is POWERTOOLS_SERVICE_NAME, the stack: two of them share no metric.
        self._logger = Logger()
        self._metrics = Metrics(namespace=NAMESPACE)
        for library in _TALKATIVE:
            logging.getLogger(library).setLevel(logging.INFO)

    @contextmanager
    def invocation(self, event: object, request_id: str) -> Iterator[None]:
        """Tie the lines of an invocation to its event: EventBridge's `id`, else the request's.

        A refusal that left no summary to report is measured all the same.
        """
        event_id = event.get("id") if isinstance(event, Mapping) else None
        self._logger.set_correlation_id(event_id if isinstance(event_id, str) else request_id)
        try:
            yield
        except InvalidEventError:
            raise
        except (AccessDeniedError, ConfigurationError):
            self._measure([("AccessDenied", MetricUnit.Count, 1.0)])
            raise

    def report(self, summary: Summary, replay: Replay | None) -> None:
        for flow in summary.flows:
            say = self._logger.error if flow.error else self._logger.info
            say("flow", extra={"flow_sid": flow.flow_sid, **flow_as_json(flow)})
        if summary.stopped:
            self._logger.error("stopped", extra={"error": summary.stopped})
        self._measure(measures(summary) if replay else measures_of_tick(summary))

    def report_days(self, summary: Mapping[str, Any]) -> None:
        """A line for each day of a compaction, of its summary as JSON."""
        for day in summary["days"]:
            say = self._logger.error if day["error"] else self._logger.info
            say("day", extra=day)
        if summary["left"]:
            self._logger.info("left", extra={"days": summary["left"]})

    def _measure(self, measured: Iterable[Measure]) -> None:
        for name, unit, value in measured:
            self._metrics.add_metric(name, unit, value)
        self._metrics.flush_metrics()


def measures_of_tick(summary: Summary) -> list[Measure]:
    """The metrics of a tick: its counts, and how the export is, as far as a Flow could tell."""
    flows = summary.flows
    lags = [flow.head_lag_seconds for flow in flows if flow.head_lag_seconds is not None]
    rooms = [flow.headroom_seconds for flow in flows if flow.headroom_seconds is not None]
    waits = [flow.overdue_seconds or 0 for flow in flows if flow.error]
    measured = [
        *measures(summary),
        ("RunsSucceeded", MetricUnit.Count, float(summary.succeeded)),
        ("OldestFailureSeconds", MetricUnit.Seconds, float(max(waits, default=0))),
    ]
    if lags:
        headroom = ages.RETENTION - max(lags)
        measured.append(("HeadLagSeconds", MetricUnit.Seconds, float(max(lags))))
        measured.append(("RetentionHeadroomSeconds", MetricUnit.Seconds, float(headroom)))
    if rooms:
        measured.append(("FinalHeadroomSeconds", MetricUnit.Seconds, float(min(rooms))))
    return measured


def measures(summary: Summary) -> list[Measure]:
    """The counts of any invocation."""
    totals = summary.totals
    errors = [flow.error for flow in summary.flows if flow.error]
    counts = {
        "LinesExported": totals.lines,
        "EndedExported": totals.ended,
        "ObjectsWritten": totals.objects,
        "PagesFetched": totals.pages,
        "PutConflicts": totals.conflicts,
        "RequestsThrottled": totals.throttles,
        "LateArrivals": totals.late_arrivals,
        "RecordsRejected": totals.rejected,
        "ActiveAtLastSweep": totals.unfinished,
        "FlowsFailed": len(errors),
        "CorruptLogs": sum(error.startswith(CorruptLogError.__name__) for error in errors),
        "AccessDenied": summary.stopped is not None,
    }
    return [(name, MetricUnit.Count, float(value)) for name, value in counts.items()]
