"""Turn a summary into the JSON that the handler returns and logs. Pure."""

from dataclasses import asdict
from typing import Any

from studio_export.errors import FlowsFailedError, UnavailableError, describe
from studio_export.instants import format_instant
from studio_export.shard import ALL_FLOWS
from studio_export.summary import DetailSummary, Failure, FlowSummary, Summary


def check(summary: Summary) -> None:
    """Raise `FlowsFailedError`, with every error, if a person must act."""
    lines = error_lines(summary)
    if lines:
        raise FlowsFailedError("; ".join(lines))


def error_lines(summary: Summary) -> list[str]:
    """List the errors for a person: what stopped the run, else each Flow's."""
    if summary.stopped:
        return [describe(summary.stopped)]
    flows = [f"{flow.flow_sid}: {describe(flow.error)}" for flow in summary.flows if flow.error]
    details = [f"details: {describe(error)}" for error in _detail_errors(summary)]
    return [*map(describe, summary.listing_failures), *flows, *details]


def _detail_errors(summary: Summary) -> list[Failure]:
    """Return an error of Steps or Contexts for which a person must act; the rest stays due."""
    error = summary.details.error if summary.details else None
    return [error] if error and not issubclass(error.kind, UnavailableError) else []


def as_json(summary: Summary) -> dict[str, Any]:
    return {
        "kind": "replay" if summary.is_replay else "run",
        **({"shard": str(summary.shard)} if summary.shard != ALL_FLOWS else {}),
        "complete": summary.complete,
        "totals": asdict(summary.totals),
        "flows": {flow.flow_sid: flow_as_json(flow) for flow in summary.flows},
        **({"stopped": describe(summary.stopped)} if summary.stopped else {}),
        **({"out_of_time": True} if summary.out_of_time else {}),
        **(
            {"listing_errors": [*map(describe, summary.listing_failures)]}
            if summary.listing_failures
            else {}
        ),
        **({"details": details_as_json(summary.details)} if summary.details else {}),
    }


def details_as_json(details: DetailSummary) -> dict[str, Any]:
    return {
        **asdict(details.counts),
        "objects_left": details.objects_left,
        "objects_young": details.objects_young,
        "lag_seconds": details.lag_seconds,
        "headroom_seconds": details.headroom_seconds,
        "error": describe(details.error) if details.error else None,
    }


def flow_as_json(flow: FlowSummary) -> dict[str, Any]:
    return {
        **asdict(flow.counts),
        "head_lag_seconds": flow.head_lag_seconds,
        "still_due": flow.still_due,
        "watched": flow.watched,
        "final_lag_seconds": flow.final_lag_seconds,
        "error": describe(flow.error) if flow.error else None,
        **({"swept_to": format_instant(flow.swept_to)} if flow.swept_to else {}),
        **({"leased": True} if flow.leased else {}),
    }
