"""Parse what an invocation is to do: an event of its own, or a piece of a state machine's. Pure.

The machine sends `{"piece": {…}}`, and a piece is an event. A piece that ran out of time is sent
again with two more keys: `so_far`, its errors and totals, and `flows`, which gives each Flow its
own `from`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from studio_export.errors import InvalidEventError
from studio_export.function.event import parse_event
from studio_export.function.request import Request, parse_request
from studio_export.instants import parse_instant
from studio_export.model import Replay

_PIECE, _FLOWS, _FROM, _SO_FAR = "piece", "flows", "from", "so_far"


class Work(NamedTuple):
    """What an invocation is to do.

    Attributes:
        event: the event, or the piece as an event.
        starts: where a replay goes on for each Flow; empty unless this is a rest.
        piece: as it was sent; None if the invocation is no part of a larger one.
    """

    event: object
    request: Request
    starts: Mapping[str, datetime] = {}
    piece: Mapping[str, Any] | None = None

    def replay(self, now: datetime) -> Replay | None:
        """Return the replay that is asked for; None for a scheduled run.

        Raises:
            InvalidEventError: it is malformed.
        """
        replay = parse_event(self.event, now)
        return replace(replay, starts=self.starts) if replay else None


def parse_work(event: object) -> Work:
    """Parse the event of an invocation, but for its range.

    Raises:
        InvalidEventError: it is malformed.
    """
    if not isinstance(event, Mapping) or _PIECE not in event:
        return Work(event, parse_request(event))
    piece = event[_PIECE]
    if not isinstance(piece, Mapping):
        raise InvalidEventError("the event's 'piece' must be an object")
    plain = {key: value for key, value in piece.items() if key != _SO_FAR}
    flows = piece.get(_FLOWS)
    starts: dict[str, datetime] = {}
    if isinstance(flows, Mapping):
        starts = {flow_sid: _start(text) for flow_sid, text in flows.items()}
        plain |= {_FLOWS: [*starts], _FROM: min(flows.values(), default=None)}
    return Work(plain, parse_request(plain), starts, piece)


def _start(text: object) -> datetime:
    instant = parse_instant(text) if isinstance(text, str) else None
    if instant is None:
        raise InvalidEventError("the piece's 'flows' must have instants such as 2026-11-01T12:00Z")
    return instant.replace(microsecond=0)
