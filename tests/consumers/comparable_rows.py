"""An engine's rows in the form of the truth's, so that the two can be compared."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tests.consumers.oracle import Row, exact

_INSTANTS = {"date_created", "date_updated", "began", "newest_began", "newest_ended"}


def comparable(rows: Iterable[Row]) -> list[Row]:
    """Sorted, each value in one form: instants as Twilio writes them, JSON with its members."""
    return sorted(({name: _plain(name, row) for name in row} for row in rows), key=repr)


def _plain(name: str, row: Row) -> Any:
    value = row[name]
    instant = name in _INSTANTS or (name == "ended" and "began" in row)
    if value is None:
        return None
    if instant:
        return _instant(value)
    if name == "context" and isinstance(value, str):
        return exact(value)
    if name.endswith("_seconds"):
        return round(float(value), 6)
    return value


def _instant(value: str) -> str:
    """An engine's instant: an ISO text, in UTC where it does not say."""
    instant = datetime.fromisoformat(value)
    instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
