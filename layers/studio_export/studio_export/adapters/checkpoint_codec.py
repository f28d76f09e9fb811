"""Encode a checkpoint as a database item: `version` 1 of the data contract."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from studio_export.adapters import hints_codec
from studio_export.errors import CheckpointError
from studio_export.instants import format_instant, parse_formatted
from studio_export.model import Checkpoint, Lease, Span

VERSION = 1

_POSITIVE = re.compile(r"[1-9][0-9]{0,14}")
# The last instant of a datetime; an item written by hand in milliseconds has a later one.
_LAST_SECOND = int(datetime.max.replace(tzinfo=UTC, microsecond=0).timestamp())


def maps_of(checkpoint: Checkpoint) -> dict[str, dict[str, str]]:
    """Return the item's maps by name; their keys and values are text.

    `cursors` maps an age in seconds to an instant, `spans` an age to seconds, and `holes` the start
    of a hole to its seconds.
    """
    return {
        "cursors": {str(age): format_instant(at) for age, at in checkpoint.cursors.items()},
        "spans": {str(age): str(seconds) for age, seconds in checkpoint.spans.items()},
        "holes": {format_instant(hole.start): str(hole.seconds) for hole in checkpoint.holes},
    }


def lease_end(expires_at: datetime) -> int:
    """Return epoch seconds rounded up: a lease is never shorter than requested."""
    return math.ceil(expires_at.timestamp())


def lease_now(now: datetime) -> int:
    """Return epoch seconds rounded down: a lease is not taken before its end."""
    return math.floor(now.timestamp())


def read_lease(owner: object, expires_at: object) -> Lease | None:
    """Return the lease of an item; None if nobody holds it, or it has no end."""
    if not isinstance(owner, str) or not str(expires_at).isdecimal():
        return None
    return Lease(owner, datetime.fromtimestamp(min(int(str(expires_at)), _LAST_SECOND), UTC))


def refuse_newer(flow_sid: str, where: str, version: str) -> None:
    """Refuse an item of a newer version, before its other attributes are read.

    Raises:
        CheckpointError: the version is newer than `VERSION`, or not a number.
    """
    if _number(flow_sid, where, "version", version) > VERSION:
        raise CheckpointError(
            f"the checkpoint of {flow_sid} in {where} has version {version}, newer than"
            f" {VERSION}. Upgrade studio-export, or delete the item: nothing is lost."
        )


def read_checkpoint(  # noqa: PLR0913, PLR0917  an item's attributes
    flow_sid: str,
    where: str,
    cursors: Mapping[str, str],
    spans: Mapping[str, str],
    holes: Mapping[str, str],
    hints: object = None,
) -> Checkpoint:
    """Decode the checkpoint of an item.

    Raises:
        CheckpointError: a value is malformed.
    """
    try:
        instants = {
            _number(flow_sid, where, "cursors", age): parse_formatted(cursor)
            for age, cursor in cursors.items()
        }
    except ValueError as error:
        raise malformed(flow_sid, where, f"cursors: {error}") from error
    seconds = {
        _number(flow_sid, where, "spans", age): _number(flow_sid, where, "spans", span)
        for age, span in spans.items()
    }
    known = hints_codec.decode(hints, flow_sid, instants)
    return Checkpoint(instants, seconds, _holes(flow_sid, where, holes), known)


def _holes(flow_sid: str, where: str, texts: Mapping[str, str]) -> tuple[Span, ...]:
    spans = []
    for text, width in sorted(texts.items()):
        seconds = _number(flow_sid, where, "holes", width)
        try:
            start = parse_formatted(text)
            spans.append(Span(start, start + timedelta(seconds=seconds)))
        except (ValueError, OverflowError) as error:
            raise malformed(flow_sid, where, f"holes: {error}") from error
    return tuple(spans)


def malformed(flow_sid: str, where: str, detail: str) -> CheckpointError:
    return CheckpointError(
        f"the checkpoint of {flow_sid} in {where} is malformed: {detail}."
        " Delete the item: nothing is lost."
    )


def _number(flow_sid: str, where: str, attribute: str, text: str) -> int:
    if not _POSITIVE.fullmatch(text):
        raise malformed(flow_sid, where, f"{attribute}: {text!r} is not a positive whole number")
    return int(text)
