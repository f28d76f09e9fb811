"""The summary of an invocation as JSON: what the handler returns, and what the logs say. Pure."""

from dataclasses import asdict
from typing import Any

from studio_export.errors import FlowsFailedError
from studio_export.instants import format_instant
from studio_export.model import FlowSummary, Summary


def check(summary: Summary) -> None:
    """Raise `FlowsFailedError` if a person must look at something, with a line for each."""
    if summary.errors:
        raise FlowsFailedError("; ".join(summary.errors))


def as_json(summary: Summary) -> dict[str, Any]:
    return {
        "complete": summary.complete,
        "totals": asdict(summary.totals),
        "flows": {flow.flow_sid: flow_as_json(flow) for flow in summary.flows},
        **({"stopped": summary.stopped} if summary.stopped else {}),
        **({"out_of_time": True} if summary.out_of_time else {}),
    }


def flow_as_json(flow: FlowSummary) -> dict[str, Any]:
    return {
        **asdict(flow.counts),
        "head_lag_seconds": flow.head_lag_seconds,
        "still_due": flow.still_due,
        "error": flow.error,
        **({"swept_to": format_instant(flow.swept_to)} if flow.swept_to else {}),
        **({"leased": True} if flow.leased else {}),
    }
