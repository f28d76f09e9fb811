"""Cut a run or a replay into pieces, one for each invocation. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from studio_export.model import Replay, Span
from studio_export.shard import ALL_FLOWS, Shard, shards_of

# More pieces than workers, so that a worker with little to do takes another. Each costs a request.
_PIECES_A_WORKER = 4
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one invocation exports.

    Attributes:
        shard: the share of the Flows.
        span: of creation time; None for a run, which exports what is due.
        until: when a run's piece ends, finished or not; None in a replay.
        flow_sids: the Flows that the replay names; empty for all.
        details: replay Steps, Contexts and Flow revisions of the span, not the span itself.
    """

    shard: Shard
    span: Span | None = None
    until: datetime | None = None
    flow_sids: tuple[str, ...] = ()
    details: bool = False


def pieces_of_run(workers: int, until: datetime) -> list[Piece]:
    """Return a piece for each worker; none works longer than `until`."""
    return [Piece(shard, until=until) for shard in shards_of(workers)]


def pieces_of_replay(replay: Replay, flows: int, workers: int) -> list[Piece]:
    """Return pieces that cover each Flow's range once, some for each worker.

    Every piece begins with a listing of each of its Flows, so Flows are shared out first, and the
    range is cut only if there are fewer Flows than workers. Details are one piece, because they
    are asked for by object of the store, not by Flow.

    Args:
        replay: its range, and the Flows that it names.
        flows: how many Flows the account has; ignored if the replay names some.
        workers: how many pieces are exported at once.
    """
    if replay.details:
        return [Piece(ALL_FLOWS, replay.span, flow_sids=replay.flow_sids, details=True)]
    flows = len(replay.flow_sids) or flows
    count = _PIECES_A_WORKER * workers
    if flows < workers:
        spans = cut(replay.span, count)
        return [Piece(ALL_FLOWS, span, flow_sids=replay.flow_sids) for span in spans]
    count = min(flows, count)
    if replay.flow_sids:
        return [
            Piece(ALL_FLOWS, replay.span, flow_sids=replay.flow_sids[n::count])
            for n in range(count)
        ]
    return [Piece(shard, replay.span) for shard in shards_of(count)]


def cut(span: Span, count: int) -> Sequence[Span]:
    """Cut a span at whole hours into `count` spans of about one length, or fewer.

    A log is an hour, so no two pieces append to the same one.
    """
    first = span.start.replace(minute=0, second=0, microsecond=0)
    hours = -((first - span.stop) // _HOUR)
    count = min(count, hours)
    inner = [first + _HOUR * (hours * n // count) for n in range(1, count)]
    bounds = [span.start, *inner, span.stop]
    return [Span(*pair) for pair in pairwise(bounds)]
