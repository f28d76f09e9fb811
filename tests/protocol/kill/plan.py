"""The plan of one run, drawn from the life's seed and the run's number, so it can be replayed.

Shares are of the length, in seconds or in turns, that runs were measured to have.
"""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from simulator.account import Flow
from simulator.faults import Fault, Kind
from tests.protocol.kill.network_faults import KILLS, OUTAGES, How

_LAST_STEP_SECONDS = 590  # after the end; a run asks 600 after the final line was written
_BROKEN = (How.RESET_UNSENT, How.RESET_UNANSWERED, How.STALL, *OUTAGES)


_DETAILS_SHARE = 0.6  # of runs: sweeps take most of the time of an undisturbed one


class Overlap(StrEnum):
    """How a second invocation comes to overlap."""

    NONE = "none"
    EXPIRED = "after the end of the lease"
    UNLEASED = "without a lease"


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a run.

    `killed_at`: a share of the time; None: not by the clock. `other_killed_at`: the overlapper.

    `network_fault`: its kind, and the share of the turns at which it strikes. `keeps`: the process
    stays warm.
    `frozen_at`: a share of the time, after which the process does nothing until the overlapper
    has ended. That one comes `overtaken_by_seconds` later.
    `in_details`: `network_fault` strikes after the first request for a detail.
    """

    advance_seconds: int
    seconds: float
    killed_at: float | None
    network_fault: tuple[How, float] | None
    faults: tuple[Fault, ...]
    overlap: Overlap
    other_killed_at: float | None
    frozen_at: float | None
    overtaken_by_seconds: int
    keeps: bool
    in_details: bool = False

    @property
    def holds(self) -> bool:
        """Return whether one invocation is held at a request while the other runs."""
        return self.network_fault is not None and self.network_fault[0] is How.HELD


def plan(seed: str, number: int, *, details: bool = False) -> Plan:
    chance = random.Random(f"{seed}/{number}")
    by = chance.choices(("time", "network_fault", "nothing"), (45, 40, 15))[0]
    killed_at = chance.uniform(0, 0.9) if by == "time" else None
    network_fault = (chance.choice(KILLS), chance.random()) if by == "network_fault" else None
    if by != "network_fault" and chance.random() < 0.2:
        network_fault = (chance.choice(_BROKEN), chance.random())
        if network_fault[0] in OUTAGES:
            killed_at = None  # it takes seconds until a client has asked as often as it will
    faults = _faults(chance)
    silent = (network_fault and network_fault[0] is How.STALL) or any(
        fault.kind is Kind.HANG for fault in faults
    )
    if silent and killed_at is None:
        killed_at = chance.uniform(0.5, 2)  # Lambda's time-out, in short
    overlap = chance.choices(tuple(Overlap), (70, 10, 20))[0]
    overtaken = overlap is not Overlap.NONE and chance.random() < 0.8
    frozen_at = chance.uniform(0, 0.9) if overtaken and chance.random() < 0.5 else None
    if overtaken:
        killed_at = chance.choice((None, None, chance.uniform(1, 3))) if not silent else 2.0
        network_fault = (How.HELD, chance.random()) if frozen_at is None else None
    made = Plan(
        advance_seconds=_advance(chance),
        seconds=chance.choice((6.0, 6.0, 6.0, 0.5)),
        killed_at=killed_at,
        network_fault=network_fault,
        faults=faults,
        overlap=overlap,
        other_killed_at=chance.uniform(0, 1.5) if chance.random() < 0.5 or silent else None,
        frozen_at=frozen_at,
        overtaken_by_seconds=chance.choice((0, chance.randint(1, 1200))),
        keeps=chance.random() < 0.8,
    )
    return _in_details(made, chance) if details and chance.random() < _DETAILS_SHARE else made


def _in_details(made: Plan, chance: random.Random) -> Plan:
    """Return the plan with what strikes at an instant moved into the export of details.

    A run that is not answered may never come there, so its kill stays.
    """
    hangs = any(fault.kind is Kind.HANG for fault in made.faults)
    if made.killed_at is not None and made.network_fault is None and not hangs:
        soon = (How.KILL_SOON, chance.random())
        made = replace(made, killed_at=None, network_fault=soon)
    return replace(made, in_details=True)


def _advance(chance: random.Random) -> int:
    """Return seconds to the next run: mostly past any lease, else within a killed run's."""
    kind = chance.choices(("within the lease", "soon", "late"), (1, 6, 3))[0]
    if kind == "within the lease":
        return chance.randint(0, 4)
    return chance.randint(15, 300) if kind == "soon" else chance.randint(300, 1800)


def _faults(chance: random.Random) -> tuple[Fault, ...]:
    always = (
        Fault(Kind.PAGE_SIZE, value=chance.choice((2, 3, 5, 20))),
        Fault(Kind.LAST_STEP_LATE, value=_LAST_STEP_SECONDS),
    )
    if chance.random() < 0.6:
        return always
    kind = chance.choice(
        (Kind.RESET, Kind.CUT_BODY, Kind.HANG, Kind.SERVER_ERROR, Kind.THROTTLED, Kind.HTML_PAGE)
    )
    return *always, Fault(kind, first=chance.randint(1, 4), times=chance.choice((1, 2, None)))


def publish(flow: Flow, now: datetime, chance: random.Random) -> None:
    """Publish a revision, at every twentieth call."""
    if chance.random() < 0.05:
        flow.publish(now)


def arrive(flow: Flow, start: datetime, stop: datetime, chance: random.Random) -> None:
    """Add what is created in `[start, stop)`: about one in 40 s at first, never more than 25."""
    seconds = int((stop - start).total_seconds())
    if seconds <= 0:
        return
    for _ in range(chance.randint(1, max(2, min(25, seconds // 20)))):
        created = start + timedelta(seconds=chance.randrange(seconds))
        lasts = chance.choice((5, 60, chance.randint(60, 1200), chance.randint(1200, 7200), None))
        hidden = chance.choice((0, 0, 0, 0, chance.randint(1, 900)))
        flow.add(
            created,
            None if lasts is None else created + timedelta(seconds=lasts),
            visible_from=created + timedelta(seconds=hidden) if hidden else None,
        )
