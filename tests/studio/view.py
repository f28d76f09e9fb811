"""What an answer depends on besides the account."""

from dataclasses import dataclass
from datetime import datetime

from tests.studio.faults import Active
from tests.studio.request import Request


@dataclass(frozen=True, slots=True)
class View:
    """`now` is the Studio's own instant, skew included."""

    request: Request
    active: Active
    now: datetime
    base_url: str
