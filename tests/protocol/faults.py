"""The faults of one I/O, and the calls to which each applies."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import combinations


class Fault(StrEnum):
    CRASH_BEFORE = "crash_before"  # the process dies; the call was never sent
    CRASH_AFTER = "crash_after"  # the call had its effect; then the process dies
    ERROR = "error"  # the call fails without effect
    LOST_ANSWER = "lost_answer"  # the call has its effect, and fails all the same
    REFUSED = "refused"  # a put answers "taken" (412, 409), a save "not yours", without effect
    TAKEN_BY_ITSELF = "taken_by_itself"  # the put has its effect; its own retry answers 412
    LATE = "late"  # the process dies; the effect comes three I/Os later
    VERY_LATE = "very_late"  # the process dies; the effect comes twelve I/Os later
    UNDER_A_PUT = "under_a_put"  # the process dies; the effect comes just before the next put
    DOUBT = "doubt"  # the call fails; its effect comes two I/Os later, while the process goes on
    THROTTLED = "throttled"  # 429 until the deadline
    FORBIDDEN = "forbidden"  # credentials or permissions are gone
    OVERTAKEN = "overtaken"  # slow past the lease, while another invocation runs from start to end


DEADLY = {
    *(Fault.CRASH_BEFORE, Fault.CRASH_AFTER),
    *(Fault.LATE, Fault.VERY_LATE, Fault.UNDER_A_PUT),
}
DELAYS = {Fault.LATE: 3, Fault.VERY_LATE: 12, Fault.DOUBT: 2}  # in I/Os

_ANYWHERE = (
    Fault.CRASH_BEFORE,
    Fault.ERROR,
    Fault.FORBIDDEN,
    Fault.OVERTAKEN,
)
_WITH_EFFECT = (
    Fault.CRASH_AFTER,
    Fault.LOST_ANSWER,
    Fault.LATE,
    Fault.VERY_LATE,
    Fault.DOUBT,
)

APPLICABLE: dict[str, tuple[Fault, ...]] = {
    "source.get": (*_ANYWHERE, Fault.THROTTLED),
    "store.list": _ANYWHERE,
    "store.get": _ANYWHERE,
    "store.put_if_absent": (
        *_ANYWHERE,
        *_WITH_EFFECT,
        Fault.UNDER_A_PUT,
        Fault.REFUSED,
        Fault.TAKEN_BY_ITSELF,
    ),
    "checkpoints.acquire": (*_ANYWHERE, *_WITH_EFFECT, Fault.REFUSED),
    "checkpoints.save": (*_ANYWHERE, *_WITH_EFFECT, Fault.REFUSED),
}


def single_faults(calls: Iterable[str], until: int | None = None) -> Iterator[dict[int, Fault]]:
    """Every fault at every I/O of these calls, or at the first `until`, by number from 1."""
    for number, name in enumerate(calls, 1):
        if until is None or number <= until:
            for fault in APPLICABLE[name]:
                yield {number: fault}


def pairs(calls: Iterable[str], until: int) -> Iterator[dict[int, Fault]]:
    """Every pair of faults in the first I/Os.

    The second has no effect if the first made its call disappear.
    """
    for one, two in combinations(single_faults(calls, until), 2):
        if one.keys() != two.keys():
            yield one | two
