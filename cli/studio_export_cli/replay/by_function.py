"""A replay by the deployed function: a piece for each shard, until all of it is done.

If an invocation runs out of time, its summary says how far it came, and the next invocation
continues from there. If Lambda kills an invocation there is no summary, so its piece is replayed
in two halves.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from studio_export.errors import FlowsFailedError, UnavailableError
from studio_export.instants import format_instant
from studio_export.model import Replay, Span
from studio_export.shard import Shard
from studio_export.summary import Counts, Failure, FlowSummary, Summary
from studio_export_cli.replay.event import event_of

# The summary that an event leads to; None if Lambda killed the function.
Invoke = Callable[[Mapping[str, object]], Mapping[str, Any] | None]

_MAX_IDLE_INVOCATIONS = 3
_MIN_PIECE_SECONDS = 60


def of_shard(invoke: Invoke, shard: Shard | None) -> Invoke:
    """Add the shard to each event; None adds nothing, so that a function need not know shards."""
    return (lambda event: invoke({**event, "shard": str(shard)})) if shard else invoke


@dataclass(slots=True)
class Piece:
    """The result of a piece: counts by Flow, and the errors."""

    counts: defaultdict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    errors: list[str] = field(default_factory=list)

    def add(self, answer: Mapping[str, Any]) -> None:
        for flow_sid, flow in answer["flows"].items():
            known = {name: flow[name] for name in Counts.__dataclass_fields__ if name in flow}
            self.counts[flow_sid] += Counts(**known)


def replay_piece(invoke: Invoke, wanted: Replay) -> Piece:
    """Invoke the function until it has replayed the whole range.

    Raises:
        UnavailableError: several invocations in a row made no progress.
        StudioExportError: `invoke` raised it; but failures of single Flows are in the piece.
    """
    piece = Piece()
    for part in _parts(invoke, wanted, piece):
        piece.add(part)
    return piece


def _parts(invoke: Invoke, wanted: Replay, piece: Piece) -> Iterator[Mapping[str, Any]]:
    idle = 0
    while idle < _MAX_IDLE_INVOCATIONS:
        try:
            answer = invoke(event_of(wanted))
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
        moved = rest.span != wanted.span or rest.starts != wanted.starts
        moved = moved or len(rest.flow_sids) < len(answer["flows"])
        idle = 0 if moved else idle + 1
        wanted = rest
    raise UnavailableError(
        f"the function made no progress at {format_instant(wanted.span.start)} in"
        f" {_MAX_IDLE_INVOCATIONS} invocations. Run the replay again later."
    )


def _halves(wanted: Replay) -> tuple[Replay, Replay]:
    span = wanted.span
    if span.seconds <= _MIN_PIECE_SECONDS:
        raise UnavailableError(
            f"the function timed out on {_MIN_PIECE_SECONDS} seconds of creation time at"
            f" {format_instant(span.start)}. Raise its timeout, or replay with --to."
        )
    first, second = span.halves()
    return _within(wanted, first), _within(wanted, second)


def _within(wanted: Replay, half: Span) -> Replay:
    """Return what is wanted of this half of the span."""
    if not wanted.starts:
        return replace(wanted, span=half)
    starts = {sid: max(wanted.start_of(sid), half.start) for sid in wanted.flow_sids}
    return _beginning_at({sid: start for sid, start in starts.items() if start < half.stop}, half)


def _rest(wanted: Replay, answer: Mapping[str, Any]) -> Replay:
    """Return what the answer leaves: the Flows that are not done, each from where it ended."""
    left = {sid: flow for sid, flow in answer["flows"].items() if flow["still_due"]}
    if not left:
        return wanted
    # A Flow that was not reached has no `swept_to`.
    starts = {
        sid: datetime.fromisoformat(flow["swept_to"])
        if "swept_to" in flow
        else wanted.start_of(sid)
        for sid, flow in left.items()
    }
    return _beginning_at(starts, wanted.span)


def _beginning_at(starts: Mapping[str, datetime], span: Span) -> Replay:
    """Return the replay of these Flows up to the end of the span."""
    first = min(starts.values())
    own = {} if set(starts.values()) == {first} else starts
    return Replay(Span(first, span.stop), tuple(sorted(starts)), own)


def total(pieces: list[Piece], span: Span) -> Summary:
    counts: defaultdict[str, Counts] = defaultdict(Counts)
    for piece in pieces:
        for flow_sid, some in piece.counts.items():
            counts[flow_sid] += some
    flows = tuple(FlowSummary(sid, counts[sid], swept_to=span.stop) for sid in sorted(counts))
    failed = "; ".join(error for piece in pieces for error in piece.errors)
    return Summary(flows, stopped=Failure(FlowsFailedError, failed) if failed else None)
