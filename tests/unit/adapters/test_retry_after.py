from datetime import UTC, datetime

import pytest

from studio_export.adapters.retry import retry_after_seconds

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0),
        (" 12 ", 12),
        ("Mon, 23 Nov 2026 14:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 14:00:30 -0000", 30),
        ("Mon, 23 Nov 2026 15:00:30 +0100", 30),
        ("Mon, 23 Nov 2026 13:00:00 GMT", 0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("\u0661", None),
        ("soon", None),
        ("Mon, 99 Nov 2026 14:00:30 GMT", None),
        ("Mon, 23 Nov 99999 14:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_nothing(
    value: str | None, seconds: float | None
) -> None:
    assert retry_after_seconds(value, NOW) == seconds
