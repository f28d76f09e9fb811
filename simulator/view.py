"""The inputs of an answer besides the account."""

from dataclasses import dataclass
from datetime import datetime

from simulator.faults import Active
from simulator.request import Request


@dataclass(frozen=True, slots=True)
class View:
    """`now` is the Studio's own instant, skew included."""

    request: Request
    active: Active
    now: datetime
    base_url: str
