"""Decide how far back the head's listing reaches. Pure."""

from datetime import datetime

from studio_export.export import hints
from studio_export.export.ages import DAY
from studio_export.export.freshness import Freshness
from studio_export.instants import from_epoch, to_epoch
from studio_export.model import Checkpoint, Span

# Where the filter is ignored, a listing may be so long if it then shows every watched Execution.
_MAX_PAGES = 4


def back_to(
    checkpoint: Checkpoint, head: Span, now: datetime, freshness: Freshness
) -> datetime | None:
    """Return where the head's listing begins, if that is before its range; else None.

    It reaches back as far as one page goes: to the oldest watched Execution, and to where the
    range's first day begins, because only the total of a whole day vouches for its records.
    """
    watching = hints.usable(checkpoint)
    if watching is None or watching.narrow_until > to_epoch(now):
        return None
    first, stop = to_epoch(head.start), to_epoch(head.stop)
    oldest = min((first, *watching.watched[:1]))
    page = hints.rows_start(watching, stop, freshness.page_rows)
    if watching.ignored_until:
        far = hints.rows_start(watching, stop, _MAX_PAGES * freshness.page_rows)
        page = far if far <= oldest else page
    day = first // DAY * DAY
    # The listing begins a second early, which must not be in a hole.
    holes = [to_epoch(hole.stop) + 1 for hole in checkpoint.holes if hole.stop <= head.start]
    start = max(page, min(oldest, day) if day >= page else oldest, *holes)
    return from_epoch(start) if start < first else None
