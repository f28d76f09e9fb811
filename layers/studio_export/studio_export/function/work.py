"""Parse what an invocation is to do: an event of its own, or a piece of a state machine's. Pure.

The machine sends `{"piece": {…}}`, and a piece is an event. A replay that ran out of time is sent
again with `flows` as an object, which gives each Flow its own `from`; a piece has one more key,
`so_far`, its errors and totals.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from studio_export.errors import InvalidEventError
from studio_export.function.event import parse_event
from studio_export.function.request import Request, parse_request
from studio_export.instants import format_instant, parse_instant
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
    if not isinstance(event, Mapping):
        return Work(event, parse_request(event))
    piece = event.get(_PIECE)
    if _PIECE in event and not isinstance(piece, Mapping):
        raise InvalidEventError("the event's 'piece' must be an object")
    plain = event if piece is None else {key: piece[key] for key in piece if key != _SO_FAR}
    starts: dict[str, datetime] = {}
    if isinstance(flows := plain.get(_FLOWS), Mapping):
        starts = {flow_sid: _start(text) for flow_sid, text in flows.items()}
        first = format_instant(min(starts.values())) if starts else None
        plain = {**plain, _FLOWS: [*starts], _FROM: first}
    return Work(plain, parse_request(plain), starts, piece)


def _start(text: object) -> datetime:
    instant = parse_instant(text) if isinstance(text, str) else None
    if instant is None:
        raise InvalidEventError("the event's 'flows' must have instants such as 2026-11-01T12:00Z")
    return instant.replace(microsecond=0)
