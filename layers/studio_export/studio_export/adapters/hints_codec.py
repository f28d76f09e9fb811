"""Encode a checkpoint's hints: one attribute of the item, compressed JSON.

What cannot be read is no hint: it was lost, and nothing else.
"""

import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import accumulate, pairwise

import msgspec

from studio_export.instants import to_epoch
from studio_export.model import Checkpoint, Hints

# Of digits, short matches cost more than they spare. zlib appends a checksum, so flipped bits are
# an error.
_LEVEL, _STRATEGY = 9, zlib.Z_FILTERED


class _Item(msgspec.Struct, tag="1", tag_field="version"):
    """The JSON of version 1.

    Attributes:
        flow_sid: the Flow that the hints belong to.
        head: their head cursor, in epoch seconds.
        hints: those of `Hints` that are not empty or 0; `watched` is the first second, then the
            differences.
    """

    flow_sid: str
    head: int
    hints: Hints


def encode(checkpoint: Checkpoint, flow_sid: str) -> bytes:
    """Return the attribute's bytes; empty without hints."""
    hints = checkpoint.hints
    if hints is None or not checkpoint.cursors:
        return b""
    steps = (later - earlier for earlier, later in pairwise(hints.watched))
    stored = replace(hints, watched=(*hints.watched[:1], *steps))
    item = msgspec.to_builtins(_Item(flow_sid, to_epoch(checkpoint.head), stored), str_keys=True)
    item["hints"] = {name: value for name, value in item["hints"].items() if value}
    compressor = zlib.compressobj(_LEVEL, strategy=_STRATEGY)
    return compressor.compress(msgspec.json.encode(item)) + compressor.flush()


def decode(body: object, flow_sid: str, cursors: Mapping[int, datetime]) -> Hints | None:
    """Return the hints; None if they are lost, unreadable, or of another Flow or head cursor."""
    if not isinstance(body, bytes) or not body or not cursors:
        return None
    try:
        item = msgspec.json.decode(zlib.decompress(body), type=_Item)
    except (zlib.error, msgspec.DecodeError):
        return None
    if item.flow_sid != flow_sid or item.head != to_epoch(Checkpoint(cursors).head):
        return None
    steps = item.hints.watched
    if min(steps, default=0) < 0:
        return None
    return replace(item.hints, watched=tuple(accumulate(steps)))
