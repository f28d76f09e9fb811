"""The instants by which a line must be in the dataset if runs succeed. Pure.

Twilio does not report when an Execution ended or became visible; the sweep at the next age sees
it. Until that sweep, its line is not missing: it is not due yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from studio_export.export import ages

# The API may list an Execution this late; the sweeps of later ages then write its line.
_VISIBLE_SECONDS = 2 * ages.HOUR


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The scale of ages, and how long a sweep that is due may wait for its run."""

    scale: Sequence[int]
    grace_seconds: int

    def first_line_due(self, created: datetime) -> datetime:
        """Return when an Execution must have a line, whatever its status."""
        return self._swept(created, min(_VISIBLE_SECONDS, self.scale[-1]))

    def final_line_due(self, created: datetime, ended: datetime | None) -> datetime | None:
        """Return when it must have its final line; None if it ended after its last sweep.

        `ended` is None if Twilio does not report it; then the deadline is unknown, and None too.
        """
        if ended is None:
            return None
        age_seconds = (ended - created).total_seconds()
        return None if age_seconds > self.scale[-1] else self._swept(created, age_seconds)

    def _swept(self, created: datetime, age_seconds: float) -> datetime:
        """Return when the first sweep at this age or a later one must be done."""
        age = next(age for age in self.scale if age >= age_seconds)
        min_range = ages.min_range_seconds(age, self.scale[0])
        return created + timedelta(seconds=age + min_range + self.grace_seconds)
