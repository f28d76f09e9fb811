"""One Execution as a page shows it."""

from datetime import datetime
from typing import Any

import msgspec

ENDED = "ended"


class Record(msgspec.Struct, frozen=True, gc=False):
    """One Execution as one page showed it. `text` is Twilio's own JSON, on one line.

    Thousands are alive at once, and in no circle. A NamedTuple of these takes six times as long to
    make, and the garbage collector's visits to them took a third of the record path.
    """

    sid: str
    status: str | None
    created: datetime
    text: bytes | msgspec.Raw

    def _replace(self, **changes: Any) -> "Record":
        return msgspec.structs.replace(self, **changes)
