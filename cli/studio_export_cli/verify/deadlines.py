"""By when a line must be there, if the ticks go on. Pure.

Nothing tells when an Execution ended or became visible; a sweep at the next age does. So what is
younger than that sweep is not missing: it is not yet due.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from studio_export.export import ages

# So late the API may show an Execution that it has; the sweeps of later ages heal it.
_VISIBLE_SECONDS = 2 * ages.HOUR


@dataclass(frozen=True, slots=True)
class Schedule:
    """The scale of ages, and how long a sweep that is due may wait for its tick."""

    scale: Sequence[int]
    patience_seconds: int

    def first_line_due(self, created: datetime) -> datetime:
        """When an Execution must have a line, whatever its status."""
        return self._swept(created, min(_VISIBLE_SECONDS, self.scale[-1]))

    def ended_line_due(self, created: datetime, ended: datetime | None) -> datetime | None:
        """When it must have its final line; None if it ended after its last sweep.

        None also where Twilio does not say when it ended: that cannot be judged.
        """
        if ended is None:
            return None
        age_seconds = (ended - created).total_seconds()
        return None if age_seconds > self.scale[-1] else self._swept(created, age_seconds)

    def _swept(self, created: datetime, age_seconds: float) -> datetime:
        """When the first sweep at this age or a later one is surely over."""
        age = next(age for age in self.scale if age >= age_seconds)
        grain = ages.min_range_seconds(age, self.scale[0])
        return created + timedelta(seconds=age + grain + self.patience_seconds)
