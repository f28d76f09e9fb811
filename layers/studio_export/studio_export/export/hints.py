"""Hints: who may still end, and how many Executions each day has. Pure.

A Flow's hints vouch for the Executions created before its head cursor: one that is not watched and
has ended has its final line. A hint holds creation times and no Sids, so seconds are compared as
multisets.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from studio_export.export.ages import DAY, HOUR
from studio_export.instants import from_epoch, to_epoch
from studio_export.model import RETENTION_SECONDS, Checkpoint, Hints, Span

# An item must stay small. A Flow with more is listed at every age instead.
MAX_WATCHED = 15_000
DROPPED_SECONDS = RETENTION_SECONDS
# With few ages nothing else would see an end for days: no question waits longer.
MAX_PAUSE = 6 * HOUR


@dataclass(frozen=True, slots=True)
class Shown:
    """The Executions that a complete listing showed, each once, by creation.

    Attributes:
        created: the instant of each Execution, ascending. As epoch seconds they would cost a
            backfill a microsecond a record.
        active: the epoch seconds of those that had not ended, ascending.
    """

    created: Sequence[datetime] = ()
    active: Sequence[int] = ()


NOTHING_SHOWN = Shown()


def begin(checkpoint: Checkpoint, now: datetime) -> Checkpoint:
    """Return the checkpoint with usable hints.

    Where they were lost, every age but the head begins at the cursor of the last one: all that the
    lost hints vouched for is compared with the logs again.
    """
    hints, second = checkpoint.hints, to_epoch(now)
    if hints is None or 0 < hints.dropped_until <= second:
        return replace(checkpoint, cursors=_begun_anew(checkpoint.cursors), hints=Hints())
    oldest = bisect_left(hints.watched, second - RETENTION_SECONDS)
    # A clock that was ahead may have set these too late.
    begun = replace(
        hints,
        watched=hints.watched[oldest:],
        ask_from=min(hints.ask_from, second + MAX_PAUSE),
        ignored_until=min(hints.ignored_until, second + DAY),
        narrow_until=min(hints.narrow_until, second + MAX_PAUSE),
        dropped_until=min(hints.dropped_until, second + DROPPED_SECONDS),
    )
    return replace(checkpoint, hints=begun)


def _begun_anew(cursors: Mapping[int, datetime]) -> Mapping[int, datetime]:
    if not cursors:
        return cursors
    head, last = min(cursors), cursors[max(cursors)]
    return {**dict.fromkeys(cursors, last), head: cursors[head]}


def after_head_moved(begun: Checkpoint, before: Checkpoint) -> Checkpoint:
    """Forget the totals of the days that the head cursor was moved back over.

    It moves back if the clock is behind, or if the first age was made later. The run lists these
    days again, and would count their Executions twice.
    """
    if begun.hints is None or not before.cursors or begun.head >= before.head:
        return begun
    head = to_epoch(begun.head) // DAY
    totals = {day: total for day, total in begun.hints.totals.items() if day < head}
    return replace(begun, hints=replace(begun.hints, totals=totals))


def usable(checkpoint: Checkpoint) -> Hints | None:
    """Return the hints, unless there are none or they were dropped."""
    known = checkpoint.hints
    return known if known and not known.dropped_until else None


def are_blind(hints: Hints | None) -> bool:
    """Whether the hints cannot show which Executions ended, so that every age must be swept."""
    return hints is None or hints.dropped_until > 0 or hints.ignored_until > 0


def differing(watched: Sequence[int], active: Sequence[int], span: Span) -> list[int]:
    """Return the seconds of `span` in which more or fewer Executions are active than watched."""
    before, now = Counter(within(watched, span)), Counter(within(active, span))
    return sorted(second for second in before.keys() | now.keys() if before[second] != now[second])


def within(seconds: Sequence[int], span: Span) -> Sequence[int]:
    """Return those of the ascending seconds that lie in `span`."""
    return seconds[_place(seconds, span)]


def _place(seconds: Sequence[int], span: Span) -> slice:
    return slice(*(bisect_left(seconds, to_epoch(bound)) for bound in (span.start, span.stop)))


def clusters(seconds: Sequence[int], max_seconds: int) -> list[Span]:
    """Cover ascending seconds with few spans, none wider than `max_seconds`."""
    covered: list[list[int]] = []
    for second in seconds:
        if covered and second < covered[-1][0] + max_seconds:
            covered[-1][1] = second + 1
        else:
            covered.append([second, second + 1])
    return [span_of(start, stop) for start, stop in covered]


def span_of(start: int, stop: int) -> Span:
    return Span(from_epoch(start), from_epoch(stop))


def rows_start(hints: Hints, head: int, rows: int) -> int:
    """Return the second since which so many Executions were created, by the totals."""
    left = rows
    start = head
    while start > head - RETENTION_SECONDS:
        day = (start - 1) // DAY
        total = hints.totals.get(day)
        if total is None:
            break
        seconds = start - day * DAY
        if total > left:
            return start - seconds * left // total
        left -= total
        start = day * DAY
    return start


def after_listing(
    hints: Hints, listed: Span, compared: Span | None, shown: Shown, heads: Span
) -> Hints:
    """Return the hints after a complete listing.

    `compared` is the part of `listed` whose records were compared with the logs or vouched for. Of
    the rest, only the seconds that differ were compared. `heads` begins at the head cursor before
    the listing, and ends at the one after it.
    """
    if hints.dropped_until:
        return hints
    watched = hints.watched
    place = _place(watched, listed)
    active = (*watched[: place.start], *within(shown.active, listed), *watched[place.stop :])
    if len(active) > MAX_WATCHED:
        return Hints(dropped_until=to_epoch(heads.stop) + DROPPED_SECONDS)
    totals = dict(hints.totals)
    if compared:
        totals = _totals(totals, compared, shown, heads)
    # A watched Execution that is not listed was deleted, or is hidden: its day vouches for nothing.
    if listed_before := watched[place]:
        for second in Counter(listed_before) - Counter(map(to_epoch, shown.created)):
            totals.pop(second // DAY, None)
    return replace(hints, watched=active, totals=totals)


def by_day(created: Sequence[datetime], start: int, stop: int) -> Counter[int]:
    """Count by day the ascending instants in [start, stop), which are epoch seconds."""
    counts = Counter[int]()
    for day in range(start // DAY, (stop - 1) // DAY + 1):
        first, end = max(start, day * DAY), min(stop, (day + 1) * DAY)
        counts[day] = bisect_left(created, from_epoch(end)) - bisect_left(
            created, from_epoch(first)
        )
    return counts


def hours(created: Sequence[datetime]) -> set[int]:
    """Return the hours of the ascending instants, as numbers of hours since the epoch."""
    found = set[int]()
    place = 0
    while place < len(created):
        hour = to_epoch(created[place]) // HOUR
        found.add(hour)
        place = bisect_left(created, from_epoch((hour + 1) * HOUR), place)
    return found


def covers(start: int, stop: int, day: int, head: int) -> bool:
    """Whether [start, stop) holds all of a day that lies before the head cursor."""
    return start <= day * DAY and stop >= min((day + 1) * DAY, head)


def _totals(totals: Mapping[int, int], compared: Span, shown: Shown, heads: Span) -> dict[int, int]:
    """Count the days that were compared as a whole; add what is new to the others."""
    start, stop = to_epoch(compared.start), to_epoch(compared.stop)
    was, head = to_epoch(heads.start), to_epoch(heads.stop)
    oldest = (head - RETENTION_SECONDS) // DAY
    after = {day: total for day, total in totals.items() if day >= oldest}
    listed = by_day(shown.created, start, min(stop, head))
    new = by_day(shown.created, max(start, was), min(stop, head))
    for day in range(start // DAY, (stop - 1) // DAY + 1):
        if covers(start, stop, day, head):
            after[day] = listed[day]
        elif day in after:
            after[day] += new[day]
    return after
