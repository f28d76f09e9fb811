"""A replay by the deployed function: in pieces of a day, each until the function says it is done.

An invocation that ran out of time says how far it came, and the rest is asked for from there. One
that was killed says nothing, so its piece is asked for in two halves.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from studio_export.errors import FlowsFailedError, UnavailableError
from studio_export.instants import format_instant
from studio_export.model import Counts, Failure, FlowSummary, Replay, Span, Summary

# The answer to an event; None if the function was killed.
Invoke = Callable[[Mapping[str, object]], Mapping[str, Any] | None]

_PATIENCE = 3
_NARROWEST_SECONDS = 60


@dataclass(slots=True)
class Piece:
    """What came of a piece: counts by Flow, and what failed."""

    counts: defaultdict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    errors: list[str] = field(default_factory=list)

    def take(self, answer: Mapping[str, Any]) -> None:
        for flow_sid, told in answer["flows"].items():
            known = {name: told[name] for name in Counts.__dataclass_fields__ if name in told}
            self.counts[flow_sid] += Counts(**known)


def replay_piece(invoke: Invoke, wanted: Replay) -> Piece:
    """Have all of it swept.

    Raises:
        UnavailableError: the function made no progress, time after time.
        StudioExportError: as `invoke` raises it; but what failed for some Flows is in the piece.
    """
    piece = Piece()
    for part in _parts(invoke, wanted, piece):
        piece.take(part)
    return piece


def _parts(invoke: Invoke, wanted: Replay, piece: Piece) -> Iterator[Mapping[str, Any]]:
    idle = 0
    while idle < _PATIENCE:
        try:
            answer = invoke(_event(wanted))
        except FlowsFailedError as error:
            piece.errors.append(str(error))
            return
        if answer is None:
            for half in _halves(wanted):
                yield from _parts(invoke, half, piece)
            return
        yield answer
        if answer["complete"]:
            return
        rest = _rest(wanted, answer)
        moved = rest.span != wanted.span or len(rest.flow_sids) < len(answer["flows"])
        idle = 0 if moved else idle + 1
        wanted = rest
    raise UnavailableError(f"the function made no progress at {format_instant(wanted.span.start)}")


def _event(wanted: Replay) -> dict[str, object]:
    span = wanted.span
    event: dict[str, object] = {"from": format_instant(span.start), "to": format_instant(span.stop)}
    return {**event, "flows": list(wanted.flow_sids)} if wanted.flow_sids else event


def _halves(wanted: Replay) -> tuple[Replay, Replay]:
    span = wanted.span
    if span.seconds <= _NARROWEST_SECONDS:
        raise UnavailableError(
            f"the function's time-out is too short at {format_instant(span.start)}"
        )
    first, second = span.halves()
    return replace(wanted, span=first), replace(wanted, span=second)


def _rest(wanted: Replay, answer: Mapping[str, Any]) -> Replay:
    """What the answer leaves: of the Flows that are not done, from where the last of them is."""
    left = {sid: told for sid, told in answer["flows"].items() if told["still_due"]}
    if not left:
        return wanted
    # A Flow that was not reached does not say how far it is.
    reached = [
        datetime.fromisoformat(told["swept_to"]) if "swept_to" in told else wanted.span.start
        for told in left.values()
    ]
    return Replay(Span(min(reached), wanted.span.stop), tuple(sorted(left)))


def total(pieces: list[Piece], span: Span) -> Summary:
    counts: defaultdict[str, Counts] = defaultdict(Counts)
    for piece in pieces:
        for flow_sid, some in piece.counts.items():
            counts[flow_sid] += some
    flows = tuple(FlowSummary(sid, counts[sid], swept_to=span.stop) for sid in sorted(counts))
    failed = "; ".join(error for piece in pieces for error in piece.errors)
    return Summary(flows, stopped=Failure(FlowsFailedError, failed) if failed else None)
