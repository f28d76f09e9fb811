"""Parse which part of the work an event asks for: an account, a shard, an end. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from studio_export.accounts import is_name
from studio_export.errors import InvalidEventError
from studio_export.instants import parse_instant
from studio_export.shard import ALL_FLOWS, Shard, parse_shard

_KEYS = ("account", "shard", "until")


@dataclass(frozen=True, slots=True)
class Request:
    """Which part of the work an event asks for.

    Attributes:
        account: one of many accounts; None for the function's only one.
        shard: the share of its Flows.
        until: the run starts nothing from then on; None for as long as Lambda lets it.
    """

    account: str | None = None
    shard: Shard = ALL_FLOWS
    until: datetime | None = None

    def seconds(self, now: datetime, remaining_seconds: float) -> float:
        """Return how long the run may take, of the time that Lambda leaves it."""
        if self.until is None:
            return remaining_seconds
        return max(0.0, min(remaining_seconds, (self.until - now).total_seconds()))


def parse_request(event: object) -> Request:
    """Parse `{"account": "acme", "shard": "3/8", "until": "2026-11-26T17:15:00Z"}`, each optional.

    Raises:
        InvalidEventError: one is malformed, or in another case; the message says which.
    """
    if not isinstance(event, Mapping):
        return Request()  # `parse_event` refuses it
    for key in event:
        word = str(key).strip().lower()
        if word in _KEYS and key != word:
            raise InvalidEventError(f"the event has {key!r}. Write it in lower case: {word!r}")
    return Request(_account(event), _shard(event), _until(event))


def _account(event: Mapping[str, object]) -> str | None:
    name = event.get("account")
    if "account" not in event or _is_of_eventbridge(event):
        return None
    if not is_name(name):
        raise InvalidEventError(
            f"the event's 'account' is {name!r}, not a name of 1 to 64 letters, digits and -_."
        )
    return name


def _is_of_eventbridge(event: Mapping[str, object]) -> bool:
    """Whether it is EventBridge's own event, whose `account` is the one of AWS."""
    return "detail-type" in event


def _shard(event: Mapping[str, object]) -> Shard:
    if "shard" not in event:
        return ALL_FLOWS
    try:
        return parse_shard(event["shard"])
    except ValueError as error:
        raise InvalidEventError(f"the event's 'shard': {error}") from error


def _until(event: Mapping[str, object]) -> datetime | None:
    if "until" not in event:
        return None
    text = event["until"]
    until = parse_instant(text) if isinstance(text, str) else None
    if until is None:
        raise InvalidEventError(
            "the event's 'until' must be an instant such as 2026-11-26T17:15:00Z"
        )
    return until
