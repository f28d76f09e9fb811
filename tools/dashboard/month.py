"""A month of a stack in operation, in which Twilio is down for two days: metrics and log."""

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from simulator.account import Flow
from simulator.faults import Fault, Kind
from simulator.oddities import Oddity
from studio_export.export.ages import DAY, HOUR
from studio_export.model import FlowSummary
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.operations.cloudwatch import Metrics
from tools.devkit.operations.operation import Operation

START = datetime(2026, 10, 24, tzinfo=UTC)
DAYS = 31  # the first is the first export, and not shown
DOWN = (18.4, 20.4)  # days from the start: Twilio answers 503
THROTTLED = (10.0, 12.5)  # Twilio answers 429 to one request of each tick
REJECTED_AT = 30.6

_MOST_AN_HOUR = (90, 45, 20)  # Executions of each Flow at noon


@dataclass(frozen=True, slots=True)
class Month:
    """`metrics` and the log lines of Flows (`told`), by seconds from the start.

    What is shown begins with `shown_from`.
    """

    metrics: Metrics
    told: list[tuple[float, FlowSummary]]
    seconds: float
    shown_from: float = DAY

    def when(self, seconds: float) -> datetime:
        return START + timedelta(seconds=seconds)


def live() -> Month:
    operation = Operation(clock=VirtualClock(START), flows_count=len(_MOST_AN_HOUR))
    for flow, most in zip(operation.flows, _MOST_AN_HOUR, strict=True):
        _traffic(flow, most)
    operation.studio.faults.on(Fault(Kind.SLOW, value=0.35))
    operation.studio.faults.on(
        Fault(Kind.SERVER_ERROR, start=_at(DOWN[0]), stop=_at(DOWN[1])),
    )
    operation.before_tick = lambda: _throttle(operation)
    operation.run(DAYS * 24)
    return Month(operation.metrics, operation.told, operation.seconds)


def _throttle(operation: Operation) -> None:
    if THROTTLED[0] * DAY <= operation.seconds < THROTTLED[1] * DAY:
        operation.studio.faults.on(Fault(Kind.THROTTLED, value=2, times=1))
    if operation.seconds >= DOWN[1] * DAY:  # somebody read the queue
        operation.queues["failedinvocations"] = 0


def _traffic(flow: Flow, most_an_hour: int) -> None:
    """More by day than by night, less at weekends; a few of them last for days."""
    chance = random.Random(flow.sid)
    for hour in range(-30 * 24, DAYS * 24):
        start = START + timedelta(hours=hour)
        by_day = max(0.05, math.sin(math.pi * (start.hour - 5) / 18))
        weekend = start.weekday() > 4  # noqa: PLR2004
        count = round(most_an_hour * by_day * (0.35 if weekend else 1))
        for second in sorted(chance.choices(range(HOUR), k=count)):
            created = start + timedelta(seconds=second)
            quick = chance.random() < 0.97  # noqa: PLR2004
            lasts = chance.expovariate(1 / 240) if quick else chance.random() * 2 * DAY
            flow.add(created, created + timedelta(seconds=1 + int(lasts)))
    if most_an_hour == max(_MOST_AN_HOUR):
        flow.add(_at(REJECTED_AT), oddity=Oddity.NULL_SID)


def _at(days: float) -> datetime:
    return START + timedelta(days=days)
