"""Turn a summary into the result of the invocation. Pure.

A piece's result goes through the state machine, which carries 256 KB in all: it is always small,
and has no row for each Flow.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from studio_export.function.result import as_json, check, error_lines
from studio_export.function.work import Work
from studio_export.instants import format_instant
from studio_export.summary import Summary

_MAX_ERRORS = 3
_MAX_CHARACTERS = 200


def answer(summary: Summary, work: Work) -> dict[str, Any]:
    """Return the summary, or a piece's small result.

    Raises:
        FlowsFailedError: a person must act, and the invocation is no piece. A piece describes its
            errors: the machine would repeat an invocation that raises.
    """
    if work.piece is None:
        check(summary)
        return as_json(summary)
    return _piece_answer(summary, work.piece)


def _piece_answer(summary: Summary, piece: Mapping[str, Any]) -> dict[str, Any]:
    so_far = piece.get("so_far", {"failed": [], "totals": {}})
    errors, left = error_lines(summary), _left(summary, piece)
    if summary.is_replay and not summary.complete and not (errors or _advanced(summary)):
        # Twilio may refuse every request for as long as a piece lasts, and the machine must not
        # send the same piece for ever.
        errors.append(f"shard {piece.get('shard')}: no request was answered in time")
        left = {}
    errors = [*so_far["failed"], *errors]
    done = {
        "failed": _few(errors),
        "totals": _sum(so_far["totals"], asdict(summary.totals)),
    }
    return {
        "ok": not errors,
        "complete": summary.complete and not errors and not _details_left(summary),
        **done,
        **({"rest": {**piece, **_from(left), "so_far": done}} if left else {}),
    }


def _left(summary: Summary, piece: Mapping[str, Any]) -> dict[str, str]:
    """Return where a replay goes on, for each Flow that has no error and is not done."""
    if not summary.is_replay or summary.stopped:
        return {}
    flows = piece.get("flows")
    starts = flows if isinstance(flows, Mapping) else {}
    return {
        flow.flow_sid: format_instant(flow.swept_to)
        if flow.swept_to
        else starts.get(flow.flow_sid, piece.get("from"))
        for flow in summary.flows
        if flow.still_due and not flow.error
    }


def _advanced(summary: Summary) -> bool:
    return bool(summary.flows and summary.totals.pages)


def _details_left(summary: Summary) -> int:
    return summary.details.objects_left if summary.details else 0


def _from(left: Mapping[str, str]) -> dict[str, Any]:
    return {"flows": left, "from": min(left.values())}


def _sum(*counts: Mapping[str, int]) -> dict[str, int]:
    names = dict.fromkeys(name for each in counts for name in each)
    sums = {name: sum(each.get(name, 0) for each in counts) for name in names}
    return {name: count for name, count in sums.items() if count}


def _few(errors: list[str]) -> list[str]:
    few = [error[:_MAX_CHARACTERS] for error in errors[:_MAX_ERRORS]]
    return [*few, "and more, in the log"] if len(errors) > len(few) else few
