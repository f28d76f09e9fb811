"""Parse and format instants: aware, UTC. Pure."""

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def format_instant(instant: datetime) -> str:
    """Whole seconds with `Z`, the one form that every Twilio API and every reader takes."""
    return instant.astimezone(UTC).strftime(_FORMAT)


def parse_formatted(text: str) -> datetime:
    """The instant that `format_instant` wrote.

    Raises:
        ValueError: any other form.
    """
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)


def parse_instant(text: str | None) -> datetime | None:
    """An instant as Twilio writes it, UTC if it names no offset; None for anything else."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # an offset may lead beyond year 1 or 9999
        return None
