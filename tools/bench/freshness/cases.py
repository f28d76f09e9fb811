"""The accounts that are measured: how many Flows and Executions, and how long these last."""

import random
from dataclasses import dataclass

from studio_export.export.ages import DAY, MINUTE
from studio_export.export.freshness import DEFAULT_FRESHNESS


@dataclass(frozen=True, slots=True)
class Lives:
    """Shares of Executions by how long they last, at least and at most, in seconds.

    The rest of the shares never ends.
    """

    shares: tuple[tuple[float, float, float], ...]

    def draw(self, chance: random.Random) -> float | None:
        left = chance.random()
        for share, least, most in self.shares:
            if left < share:
                return chance.uniform(least, most)
            left -= share
        return None


_MIXED = Lives(
    (
        (0.80, 1, 10 * MINUTE),
        (0.15, 10 * MINUTE, DAY),
        (0.04, DAY, 20 * DAY),
    )
)
_HALF_WAIT = Lives(
    (
        (0.5, DAY, 3 * DAY),
        (0.4, 1, 10 * MINUTE),
        (0.075, 10 * MINUTE, DAY),
        (0.02, DAY, 20 * DAY),
    )
)
_CALLS = Lives(((1.0, 5, 90),))
_REPLIES = Lives(((1.0, DAY, 3 * DAY),))


@dataclass(frozen=True, slots=True)
class Case:
    """An account, and how much of its life counts.

    Attributes:
        history_days: how old the account is when the exporter begins.
        hours: how long the exporter runs to warm up, and then again for what counts.
    """

    name: str
    flows: int
    a_day: int
    lives: Lives = _MIXED
    ignored: bool = False
    requests_an_hour: int | None = DEFAULT_FRESHNESS.requests_an_hour
    cold: bool = False
    by_ages: bool = False
    history_days: int = 30
    hours: int = 24


BY_AGES = Case("1 x 1,000, by the ages alone", 1, 1000, by_ages=True)
WITH_HINTS = Case("1 x 1,000", 1, 1000)
CASES = (
    Case("20 Flows x 20, by the ages alone, cold", 20, 20, cold=True, by_ages=True),
    Case("20 Flows x 20", 20, 20),
    Case("20 Flows x 20, cold", 20, 20, cold=True),
    BY_AGES,
    WITH_HINTS,
    Case("1 x 1,000, cold", 1, 1000, cold=True),
    Case("1 x 1,000, filter ignored", 1, 1000, ignored=True),
    Case("1 x 1,000, half wait 1 to 3 days", 1, 1000, _HALF_WAIT),
    Case("10 x 100", 10, 100),
    Case("10 x 300", 10, 300),
    Case("3 x 3,000", 3, 3000),
    Case("1 x 10,000 voice calls", 1, 10_000, _CALLS),
    Case("1 x 10,000, by the ages alone", 1, 10_000, by_ages=True),
    Case("1 x 10,000", 1, 10_000),
    *(
        Case(f"1 x 10,000, {budget} requests an hour", 1, 10_000, requests_an_hour=budget)
        for budget in (10, 15, 20)
    ),
    Case("1 x 10,000, always", 1, 10_000, requests_an_hour=None),
    Case("1 x 10,000, filter ignored", 1, 10_000, ignored=True),
    Case("1 x 10,000 that wait for days, filter ignored", 1, 10_000, _REPLIES, ignored=True),
    Case("1 x 100,000 voice calls", 1, 100_000, _CALLS),
    Case("1 x 100,000", 1, 100_000),
    # 32 days of these would take 17 GB of memory.
    Case("1 x 1,000,000 voice calls, second day", 1, 1_000_000, _CALLS, history_days=0),
    Case("1 x 1,000,000, hours 6 to 12", 1, 1_000_000, history_days=0, hours=6),
)
