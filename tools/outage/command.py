"""The command at another time than the machine's: `python -m tools.outage.command INSTANT …`.

Waiting between two attempts takes no time, so that an outage does not take two days to tell of.
"""

import sys
import time
from datetime import datetime

from studio_export_cli import main


class FixedClock:
    """A `Clock` that stands at an instant; what it is asked to wait is not waited."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Go on at once."""


if __name__ == "__main__":
    instant = sys.argv.pop(1)
    main.main(FixedClock(datetime.fromisoformat(instant)))
