"""Encode a checkpoint's hints: one attribute of the item, compressed JSON.

What cannot be read is no hint: it was lost, and nothing else.
"""

import zlib
from collections.abc import Mapping
from datetime import datetime
from itertools import accumulate, pairwise

import msgspec

from studio_export.model import Checkpoint, Hints

# zlib appends a checksum, so flipped bits are an error. Some 1.5 bytes for each watched Execution.
_LEVEL = 9


class _Item(msgspec.Struct, tag="1", tag_field="version", forbid_unknown_fields=True):
    """The JSON of version 1.

    Attributes:
        flow_sid: the Flow that the hints belong to.
        head: their head cursor, in epoch seconds.
        watched: the first watched second, then the differences.
    """

    flow_sid: str
    head: int
    watched: list[int]
    totals: dict[int, int]
    ask_from: int
    ignored_until: int
    unanswered: int
    narrow_until: int
    dropped_until: int


def encode(checkpoint: Checkpoint, flow_sid: str) -> bytes:
    """Return the attribute's bytes; empty without hints."""
    hints = checkpoint.hints
    if hints is None or not checkpoint.cursors:
        return b""
    item = _Item(
        flow_sid,
        _epoch(head_of(checkpoint.cursors)),
        [*hints.watched[:1], *(later - earlier for earlier, later in pairwise(hints.watched))],
        dict(hints.totals),
        hints.ask_from,
        hints.ignored_until,
        hints.unanswered,
        hints.narrow_until,
        hints.dropped_until,
    )
    return zlib.compress(msgspec.json.encode(item), _LEVEL)


def decode(body: object, flow_sid: str, cursors: Mapping[int, datetime]) -> Hints | None:
    """Return the hints; None if they are lost, unreadable, or of another Flow or head cursor."""
    if not isinstance(body, bytes) or not body or not cursors:
        return None
    try:
        item = msgspec.json.decode(zlib.decompress(body), type=_Item)
    except (zlib.error, msgspec.DecodeError):
        return None
    if item.flow_sid != flow_sid or item.head != _epoch(head_of(cursors)):
        return None
    watched = tuple(accumulate(item.watched))
    if any(difference < 0 for difference in item.watched):
        return None
    return Hints(
        watched,
        item.totals,
        item.ask_from,
        item.ignored_until,
        item.unanswered,
        item.narrow_until,
        item.dropped_until,
    )


def head_of(cursors: Mapping[int, datetime]) -> datetime:
    return cursors[min(cursors)]


def _epoch(instant: datetime) -> int:
    return int(instant.timestamp())
