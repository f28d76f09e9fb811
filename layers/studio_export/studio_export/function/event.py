"""Parse the event of an invocation: a scheduled run, or a range to replay. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from studio_export.errors import InvalidEventError
from studio_export.model import Replay, Span, is_flow_sid

_KEYS = ("flows", "from", "to")
_DETAILS = "details"
_JSON_TYPES = {str: "text", list: "list", bool: "boolean", int: "number", float: "number"}
_FIRST_YEAR = 2000  # Twilio keeps 30 days, so an older range is a mistake


def parse_event(event: object, now: datetime) -> Replay | None:
    """Return the replay that the event requests; None for a scheduled run.

    A scheduled run is any object without the keys of a replay. An end after `now` counts as `now`.
    `{"details": {"from": …, "to": …}}` replays Steps, Contexts and Flow revisions of the range.

    Raises:
        InvalidEventError: the range or a Flow is malformed, or the event is no object, or it has
            the keys of a replay in another case or one level down; the message says which.
    """
    if event is None:
        return None
    if not isinstance(event, Mapping):
        raise InvalidEventError(
            f"the event is a {_JSON_TYPES.get(type(event), 'value')}, not an object. Send an object"
            " such as {}, or one with 'from' and 'to'. If it was encoded as JSON twice, encode it"
            " once."
        )
    if _DETAILS in event:
        return _parse_details(event, now)
    if any(key in event for key in _KEYS):
        return parse_replay(event, now)
    _refuse_nested_keys(event)
    return None


def _parse_details(event: Mapping[str, object], now: datetime) -> Replay:
    beside = [key for key in _KEYS if key in event]
    if beside:
        raise InvalidEventError(
            f"the event has {beside[0]!r} beside 'details'. Send it inside 'details', or send an"
            " event for each"
        )
    details = event[_DETAILS]
    if not isinstance(details, Mapping):
        raise InvalidEventError("the event's 'details' must be an object with 'from' and 'to'")
    unknown = [key for key in details if key not in _KEYS]
    if unknown:
        raise InvalidEventError(
            f"the event's 'details' has {unknown[0]!r}, not one of 'flows', 'from' and 'to'."
            " Write 'shard' beside 'details'"
        )
    return replace(parse_replay(details, now), details=True)


def _refuse_nested_keys(event: Mapping[str, object]) -> None:
    """Refuse what was meant as a replay: a run in its place is not what was asked for."""
    for key in event:
        word = str(key).strip().lower()
        if word in _KEYS:
            raise InvalidEventError(f"the event has {key!r}. Write it in lower case: 'from', 'to'")
        if word == _DETAILS and _replay_keys(event[key]):
            raise InvalidEventError(f"the event has {key!r}. Write it in lower case: 'details'")
    for name, value in event.items():
        if keys := _replay_keys(value):
            raise InvalidEventError(
                f"the event has {keys} inside {name!r}. Send what is inside as the event itself"
            )


def _replay_keys(value: object) -> str:
    """Return the keys of a replay in a value; empty if it is not like one.

    A schedule's own envelope may well have one such key somewhere, and means no replay.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return ""
    if not isinstance(value, Mapping):
        return ""
    names = {str(key).strip().lower(): key for key in value}
    if {"from", "to"} <= names.keys():
        return "'from' and 'to'"
    is_nested = _DETAILS in names and _replay_keys(value[names[_DETAILS]])
    return "'details'" if is_nested else ""


def parse_replay(event: Mapping[str, object], now: datetime) -> Replay:
    """Return the replay of an event that has the keys `from` and `to`."""
    span = Span(_instant(event, "from"), min(_instant(event, "to"), now.replace(microsecond=0)))
    if span.start >= span.stop:
        raise InvalidEventError("the event's 'from' must be before its 'to', and in the past")
    return Replay(span, _flow_sids(event.get("flows", ())))


def _instant(event: Mapping[str, object], key: str) -> datetime:
    """Parse `2026-11-01` (midnight UTC) or `2026-11-01T12:00:00Z` (any offset)."""
    text = event.get(key)
    message = f"the event's {key!r} must be a date or an instant such as 2026-11-01T12:00:00Z"
    if not isinstance(text, str):
        raise InvalidEventError(message)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        text += "T00:00:00Z"
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise InvalidEventError(f"{message}. It has no offset, such as Z.")
        instant = instant.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:  # an offset may lead beyond year 1 or 9999
        raise InvalidEventError(message) from error
    if instant.year < _FIRST_YEAR:
        raise InvalidEventError(f"{message}. It is before the year 2000.")
    return instant


def _flow_sids(flows: object) -> tuple[str, ...]:
    if not isinstance(flows, list | tuple) or not all(is_flow_sid(sid) for sid in flows):
        raise InvalidEventError(
            "the event's 'flows' must be a list of FW and 32 lower-case hex digits"
        )
    return tuple(dict.fromkeys(flows))
