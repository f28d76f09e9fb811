"""Convert the rows of an engine to the form of the expected rows."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tests.consumers.oracle import Row, exact

_INSTANTS = {"date_created", "date_updated", "began", "newest_began", "newest_ended"}


def comparable(rows: Iterable[Row]) -> list[Row]:
    """Sort rows, and normalize instants and JSON."""
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
    """Normalize an instant; without an offset it is UTC."""
    instant = datetime.fromisoformat(value)
    instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
