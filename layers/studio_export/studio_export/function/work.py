"""Parse what an invocation is to do: an event of its own, or a piece of a state machine's. Pure.

The machine sends `{"piece": {…}}`. A piece is an event that may also have `until`, an instant. The
rest of a piece also has `so_far`, and `flows` as an object that gives each Flow its own `from`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from studio_export.errors import InvalidEventError
from studio_export.function.event import parse_event, shard_of
from studio_export.instants import parse_instant
from studio_export.model import Replay
from studio_export.shard import Shard

_PIECE, _UNTIL, _FLOWS, _FROM, _ACCOUNT = "piece", "until", "flows", "from", "account"
_ENVELOPE = "detail-type"
_OF_PIECES = (_UNTIL, _ACCOUNT, "so_far")


class Work(NamedTuple):
    """What an invocation is to do.

    Attributes:
        replay: None for a scheduled run.
        until: when it ends, finished or not; None for the function's own time-out.
        piece: as it was sent; None if the invocation is no part of a larger one.
    """

    replay: Replay | None
    shard: Shard
    until: datetime | None = None
    piece: Mapping[str, object] | None = None

    def seconds(self, now: datetime, remaining_seconds: float) -> float:
        """Return how long it may take, of what the function has left."""
        if self.until is None:
            return remaining_seconds
        return max(0.0, min(remaining_seconds, (self.until - now).total_seconds()))


def account_of(event: object) -> str:
    """Return the name of the event's account; empty if it names none.

    The envelope of EventBridge has the number of the AWS account under that key.

    Raises:
        InvalidEventError: the name is no text.
    """
    if not isinstance(event, Mapping) or _ENVELOPE in event:
        return ""
    piece = event.get(_PIECE)
    name = (piece if isinstance(piece, Mapping) else event).get(_ACCOUNT, "")
    if not isinstance(name, str):
        raise InvalidEventError("the event's 'account' must be the name of an account")
    return name


def parse_work(event: object, now: datetime) -> Work:
    """Parse the event of an invocation.

    Raises:
        InvalidEventError: it is malformed.
    """
    if not isinstance(event, Mapping) or _PIECE not in event:
        return Work(parse_event(event, now), shard_of(event))
    piece = event[_PIECE]
    if not isinstance(piece, Mapping):
        raise InvalidEventError("the event's 'piece' must be an object")
    plain = {key: value for key, value in piece.items() if key not in _OF_PIECES}
    until = _instant(piece[_UNTIL], _UNTIL) if _UNTIL in piece else None
    flows = piece.get(_FLOWS)
    if not isinstance(flows, Mapping):
        return Work(parse_event(plain, now), shard_of(plain), until, piece)
    starts = {flow_sid: _instant(start, _FLOWS) for flow_sid, start in flows.items()}
    plain |= {_FLOWS: [*starts], _FROM: min(flows.values(), default=None)}
    replay = parse_event(plain, now)
    return Work(replay and replace(replay, starts=starts), shard_of(plain), until, piece)


def _instant(value: object, key: str) -> datetime:
    instant = parse_instant(value) if isinstance(value, str) else None
    if instant is None:
        raise InvalidEventError(f"the piece's {key!r} must have instants such as 2026-11-01T12:00Z")
    return instant.replace(microsecond=0)
