"""Log one line per Flow, and write metrics in CloudWatch's embedded format (EMF).

A line holds Sids, counts and the project's own error texts: no body, phone number, name or secret.
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
    describe,
)
from studio_export.function.result import details_as_json, flow_as_json
from studio_export.model import RETENTION_SECONDS, Replay
from studio_export.summary import DetailSummary, Summary

NAMESPACE = "StudioExport"

# At DEBUG these libraries log requests and responses, and with them the secret.
_LOGGERS_OF_SECRETS = ("boto3", "botocore", "urllib3")

Measure = tuple[str, MetricUnit, float]


class Telemetry:
    def __init__(self) -> None:
        # POWERTOOLS_SERVICE_NAME is the stack's name, so two stacks share no metric.
        self._logger = Logger()
        self._metrics = Metrics(namespace=NAMESPACE)
        for library in _LOGGERS_OF_SECRETS:
            logging.getLogger(library).setLevel(logging.INFO)

    @contextmanager
    def invocation(
        self, event: object, request_id: str, account: str | None = None
    ) -> Iterator[None]:
        """Give an invocation's log lines the id of its event, or of its request, and its account.

        Count `AccessDenied` if the invocation ends without a summary, for a refusal.
        """
        event_id = event.get("id") if isinstance(event, Mapping) else None
        self._logger.set_correlation_id(event_id if isinstance(event_id, str) else request_id)
        self._logger.remove_keys(["account"])
        if account:
            self._logger.append_keys(account=account)
        try:
            yield
        except InvalidEventError:
            raise
        except (AccessDeniedError, ConfigurationError):
            self._measure([("AccessDenied", MetricUnit.Count, 1.0)])
            raise

    def report(self, summary: Summary, replay: Replay | None) -> None:
        for flow in summary.flows:
            log = self._logger.error if flow.error else self._logger.info
            log("flow", extra={"flow_sid": flow.flow_sid, **flow_as_json(flow)})
        if summary.stopped:
            self._logger.error("stopped", extra={"error": describe(summary.stopped)})
        if summary.details:
            log = self._logger.error if summary.details.error else self._logger.info
            log("details", extra=details_as_json(summary.details))
        self._measure(measures(summary) if replay else measures_of_run(summary))

    def report_days(self, summary: Mapping[str, Any], account: str | None = None) -> None:
        """Log one line for each day of the summary of an account's compaction."""
        of = {"account": account} if account else {}
        for day in summary["days"]:
            log = self._logger.error if day["error"] else self._logger.info
            log("day", extra={**of, **day})
        if summary["left"]:
            self._logger.info("left", extra={**of, "days": summary["left"]})
        if "error" in summary:
            self._logger.error("stopped", extra={**of, "error": summary["error"]})

    def _measure(self, measured: Iterable[Measure]) -> None:
        for name, unit, value in measured:
            self._metrics.add_metric(name, unit, value)
        self._metrics.flush_metrics()


def measures_of_run(summary: Summary) -> list[Measure]:
    """Return the metrics of a scheduled run: its counts, and its worst lags."""
    flows = summary.flows
    lags = [flow.head_lag_seconds for flow in flows if flow.head_lag_seconds is not None]
    headrooms = [flow.headroom_seconds for flow in flows if flow.headroom_seconds is not None]
    final_lags = [flow.final_lag_seconds for flow in flows if flow.final_lag_seconds is not None]
    overdue = [flow.overdue_seconds or 0 for flow in flows if flow.error]
    measured = [
        *measures(summary),
        ("RunsSucceeded", MetricUnit.Count, float(summary.succeeded)),
        ("OldestFailureSeconds", MetricUnit.Seconds, float(max(overdue, default=0))),
    ]
    if lags:
        headroom_seconds = float(RETENTION_SECONDS - max(lags))
        measured.append(("HeadLagSeconds", MetricUnit.Seconds, float(max(lags))))
        measured.append(("RetentionHeadroomSeconds", MetricUnit.Seconds, headroom_seconds))
    if headrooms:
        measured.append(("FinalHeadroomSeconds", MetricUnit.Seconds, float(min(headrooms))))
    if final_lags:
        measured.append(("FinalLagSeconds", MetricUnit.Seconds, float(max(final_lags))))
    if summary.details:
        measured += measures_of_details(summary.details)
    return measured


def measures_of_details(details: DetailSummary) -> list[Measure]:
    """Return the metrics of Steps, Contexts and Flow revisions."""
    counts = {
        "DetailsExported": details.counts.lines,
        "DetailsMissing": details.counts.deleted,
        "DetailsExpired": details.counts.expired,
        "DetailsFailed": details.counts.failed,
        "DetailsRefused": details.refused,
        "DetailsOpenEnded": details.counts.open_ended,
        "DetailsBacklogObjects": details.objects_left,
    }
    measured: list[Measure] = [
        *((name, MetricUnit.Count, float(value)) for name, value in counts.items()),
        ("DetailsLagSeconds", MetricUnit.Seconds, float(details.lag_seconds)),
    ]
    if details.headroom_seconds is not None:
        headroom = float(details.headroom_seconds)
        measured.append(("DetailsHeadroomSeconds", MetricUnit.Seconds, headroom))
    return measured


def measures(summary: Summary) -> list[Measure]:
    """Return the counts of a run or a replay, as metrics."""
    totals = summary.totals
    failures = [flow.error for flow in summary.flows if flow.error]
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
        "HolesExpired": totals.holes_expired,
        "FlowsFailed": len(failures),
        "CorruptLogs": sum(issubclass(each.kind, CorruptLogError) for each in failures),
        "AccessDenied": summary.stopped is not None,
    }
    holes = float(sum(flow.hole_seconds for flow in summary.flows))
    return [
        *((name, MetricUnit.Count, float(value)) for name, value in counts.items()),
        ("HoleSeconds", MetricUnit.Seconds, holes),
    ]
