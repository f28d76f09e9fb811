"""Faults of a request on the network, and the turn at which one strikes."""

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    KILL_UNSENT = "killed before the request was forwarded"
    KILL_HALF_SENT = "killed after half of the request"
    KILL_UNANSWERED = "killed before the answer was returned"
    KILL_SOON = "killed some milliseconds after the request"
    RESET_UNSENT = "reset before the request was forwarded"
    RESET_UNANSWERED = "reset before the answer was returned"
    OUTAGE_UNSENT = "reset before they were forwarded, as often as a client asks again"
    OUTAGE_UNANSWERED = "reset before their answers were returned, as often as a client asks again"
    STALL = "no answer until the end of the run"
    HELD = "forwarded when the overlapping invocation has ended, even if its sender has died"


# KILL_SOON strikes between two requests too, such as in a write to a disk.
KILLS = (How.KILL_UNSENT, How.KILL_HALF_SENT, How.KILL_UNANSWERED)
BEFORE_SENT = (
    How.KILL_UNSENT,
    How.KILL_HALF_SENT,
    How.RESET_UNSENT,
    How.OUTAGE_UNSENT,
    How.HELD,
)
OUTAGE_TURNS = 5  # boto3 asks four times, the Studio's client five
OUTAGES = (How.OUTAGE_UNSENT, How.OUTAGE_UNANSWERED)


@dataclass(frozen=True, slots=True)
class NetworkFault:
    """A fault at a turn.

    Attributes:
        only: turns are counted that begin with this, such as `b"PUT"`.
        in_details: turns are counted from the first request for a detail on.
    """

    turn: int
    how: How
    only: bytes = b""
    in_details: bool = False

    def strikes(self, turn: int) -> bool:
        past = turn - self.turn
        return 0 <= past < (OUTAGE_TURNS if self.how in OUTAGES else 1)
