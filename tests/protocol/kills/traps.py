"""What may happen to a request on its way, and at which one."""

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    KILL_UNSENT = "killed before the request was forwarded"
    KILL_HALF_SENT = "killed after half of the request"
    KILL_UNANSWERED = "killed before the answer was returned"
    RESET_UNSENT = "reset before the request was forwarded"
    RESET_UNANSWERED = "reset before the answer was returned"
    OUTAGE_UNSENT = "from then on, every request is reset before it is forwarded"
    OUTAGE_UNANSWERED = "from then on, every request is reset before its answer is returned"
    STALL = "no answer until the end of the tick"
    HELD = "forwarded when the overlapping invocation has ended, even if its sender has died"


KILLS = (How.KILL_UNSENT, How.KILL_HALF_SENT, How.KILL_UNANSWERED)
BEFORE_SENT = (
    How.KILL_UNSENT,
    How.KILL_HALF_SENT,
    How.RESET_UNSENT,
    How.OUTAGE_UNSENT,
    How.HELD,
)
OUTAGES = (How.OUTAGE_UNSENT, How.OUTAGE_UNANSWERED)


@dataclass(frozen=True, slots=True)
class Trap:
    """`turn` is counted among those that speak of `only`, such as `b"PUT"`."""

    turn: int
    how: How
    only: bytes = b""
