"""Parse and format instants: aware, UTC. Pure."""

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def format_instant(instant: datetime) -> str:
    """Format whole seconds with `Z`, which every Twilio API and reader accepts."""
    return instant.astimezone(UTC).strftime(_FORMAT)


def parse_formatted(text: str) -> datetime:
    """Parse the form of `format_instant`.

    Raises:
        ValueError: any other form.
    """
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)


def parse_instant(text: str | None) -> datetime | None:
    """Parse Twilio's instants, in UTC without an offset; None for other text."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # an offset may lead beyond year 1 or 9999
        return None


def to_epoch(instant: datetime) -> int:
    """Return whole epoch seconds, rounded down."""
    return int(instant.timestamp())


def from_epoch(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
