"""What can go wrong with a stack, how long it lasts here, and which alarms must go on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

from simulator.faults import Fault, Kind
from simulator.oddities import Oddity
from simulator.request import Operation as Asked
from studio_export.export.ages import HOUR
from studio_export.model import Span
from tools.devkit.operations.operation import Operation

DAYS = 24.0


@dataclass(frozen=True, slots=True)
class Outage:
    """`alarms`: the alarms that must go on: the earliest and latest hour after the outage began.

    All others must stay off. `clear_hours` after the end of the outage all must be off again.
    `details`: whether Steps, Contexts and Flow revisions are exported too. `workers`: how many
    pieces each run has, started by the state machine if there are several. `accounts`: how many
    there are; the outage is the first one's.
    """

    name: str
    begin: Callable[[Operation], object]
    end: Callable[[Operation], object]
    hours: float
    alarms: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    clear_hours: float = 2.0
    named: bool = True
    period_seconds: int = 900
    details: bool = False
    traffic_seconds: int = HOUR
    workers: int = 1
    accounts: int = 1


def _faults(*faults: Fault) -> Callable[[Operation], None]:
    return lambda operation: operation.studio.faults.on(*faults)


def _recover(operation: Operation) -> None:
    """Remove the cause, and purge the queues."""
    operation.studio.faults.off()
    operation.before_run = None
    operation.scheduled = operation.deliverable = True
    operation.killed = False
    for queue in operation.queues:
        operation.queues[queue] = 0


def _for_one_flow(kind: Kind) -> Callable[[Operation], None]:
    return lambda world: world.studio.faults.on(Fault(kind, flow_sid=world.flows[0].sid))


def _for_one_run(kind: Kind) -> Callable[[Operation], None]:
    """One Flow fails in the next run and in no other."""

    def begin(operation: Operation) -> None:
        runs = count()

        def turn() -> None:
            operation.studio.faults.off()
            if next(runs) == 0:
                operation.studio.faults.on(Fault(kind, flow_sid=operation.flows[0].sid))

        operation.before_run = turn

    return begin


def _hole_expires(operation: Operation) -> None:
    """Leave a hole in a Flow's checkpoint whose Executions Twilio has just deleted."""
    items, sid = operation.checkpoints.items, operation.flows[0].sid
    deleted = operation.clock.now().replace(microsecond=0) - timedelta(days=30, seconds=2)
    hole = Span(deleted, deleted + timedelta(seconds=1))
    items[sid] = replace(items[sid], checkpoint=replace(items[sid].checkpoint, holes=(hole,)))


def _one_without_steps(operation: Operation) -> None:
    """Of the last Execution that began in the first Flow."""
    now = operation.clock.now()
    sid = [each.sid for each in operation.flows[0].executions if each.created <= now][-1]
    fault = Fault(Kind.SERVER_ERROR, operation=Asked.STEPS, execution_sid=sid)
    operation.studio.faults.on(fault)


def _for_details(kind: Kind) -> Callable[[Operation], None]:
    return _faults(*(Fault(kind, operation=asked) for asked in (Asked.STEPS, Asked.CONTEXT)))


def _by_turns(operation: Operation) -> None:
    """Make the other Flow fail at each run."""
    turns = count()

    def turn() -> None:
        operation.studio.faults.off()
        failing = operation.flows[next(turns) % len(operation.flows)]
        operation.studio.faults.on(Fault(Kind.NOT_FOUND, flow_sid=failing.sid))

    operation.before_run = turn


def _throttle_each_run(operation: Operation) -> None:
    """Twilio answers 429 now and then, all day long."""
    operation.before_run = lambda: operation.studio.faults.on(
        Fault(Kind.THROTTLED, value=2, times=1)
    )


def _corrupt(operation: Operation) -> None:
    """Somebody overwrites all that one Flow writes; nothing is remembered, as after a night.

    A run notices it only where it appends: an Execution ends whose log was overwritten.
    """

    def overwrite() -> None:
        keys = [key for key in operation.store.objects if operation.flows[0].sid in key]
        for key in sorted(keys)[-12:]:
            operation.corrupted.setdefault(key, operation.store.objects[key])
            operation.store.objects[key] = b"not gzip"
        operation.restart()

    operation.before_run = overwrite


def _restore(operation: Operation) -> None:
    operation.store.objects.update(operation.corrupted)
    _recover(operation)
    operation.restart()


def _reject(operation: Operation) -> None:
    operation.flows[0].add(operation.clock.now(), oddity=Oddity.NULL_SID)


def _set(name: str, *, to: bool) -> Callable[[Operation], None]:
    return lambda operation: setattr(operation, name, to)


_FAILING = {"ErrorsAlarm": (0.25, 0.75), "FailedInvocationsAlarm": (0.0, 0.25)}
_SILENT = {"NoSuccessfulRunAlarm": (0.75, 2.0)}
_FLOW_FAILS = {"FlowFailingAlarm": (0.5, 1.0), "HeadLagAlarm": (1.0, 1.75)}

OUTAGES = (
    Outage(
        "one invocation fails, and the retry does not",
        *(_faults(Fault(Kind.SERVER_ERROR, times=5)), _recover, 1.0),
    ),
    Outage(
        "one invocation is refused, and the retry is not",
        *(_faults(Fault(Kind.UNAUTHORIZED, times=1)), _recover, 1.0),
    ),
    Outage(
        "Twilio is down for three hours",
        *(_faults(Fault(Kind.SERVER_ERROR)), _recover, 3.0),
        _FAILING | _SILENT | _FLOW_FAILS,
    ),
    Outage(
        "Twilio is down for 26 hours, and cannot even list the Flows",
        *(_faults(Fault(Kind.SERVER_ERROR)), _recover, 26.0),
        _FAILING | _SILENT | {"NoSuccessfulRunForADayAlarm": (23.0, 25.5)},
        named=False,
    ),
    Outage(
        "one Flow cannot be listed for 28 days",
        *(_for_one_flow(Kind.SERVER_ERROR), _recover, 28 * DAYS),
        {
            "ErrorsAlarm": (1.0, 3.0),
            "FailedInvocationsAlarm": (0.0, 1.0),
            "FlowFailingAlarm": (2.0, 4.0),
            "HeadLagAlarm": (1.0, 4.0),
            "FinalHeadroomAlarm": (12.0, 24.0),
            "HeadroomWarningAlarm": (20 * DAYS, 20 * DAYS + 6),
            "HeadroomCriticalAlarm": (27 * DAYS, 27 * DAYS + 6),
        },
        clear_hours=6.0,
        period_seconds=3600,
        traffic_seconds=12 * HOUR,
    ),
    Outage(
        "the credentials are refused",
        *(_faults(Fault(Kind.UNAUTHORIZED)), _recover, 3.0),
        _FAILING | _SILENT | _FLOW_FAILS | {"AccessDeniedAlarm": (0.0, 0.25)},
    ),
    Outage(
        "the credentials are refused, and the Flows are not known by name",
        *(_faults(Fault(Kind.UNAUTHORIZED)), _recover, 3.0),
        _FAILING | _SILENT | {"AccessDeniedAlarm": (0.0, 0.25)},
        named=False,
    ),
    Outage(
        "one Flow of two is gone",
        *(_for_one_flow(Kind.NOT_FOUND), _recover, 3.0),
        _FAILING | _FLOW_FAILS,
    ),
    Outage("two Flows fail by turns", _by_turns, _recover, 6.0, _FAILING),
    Outage(
        "a log is corrupt",
        *(_corrupt, _restore, 6.0),
        # The first Execution that was exported as active ends after 85 minutes.
        {"CorruptLogAlarm": (1.5, 2.5), "ErrorsAlarm": (1.75, 3.25)}
        | {"FailedInvocationsAlarm": (1.5, 2.5), "FlowFailingAlarm": (2.0, 3.5)}
        | {"HeadLagAlarm": (2.5, 4.5)},
    ),
    Outage(
        "a record is rejected",
        *(_reject, _recover, 1.0),
        {"RejectedAlarm": (0.0, 0.75)},
        clear_hours=26.0,
    ),
    Outage(
        "a second that Twilio's list never showed is deleted",
        *(_hole_expires, _recover, 1.0),
        {"HolesExpiredAlarm": (0.0, 0.75)},
        clear_hours=26.0,
    ),
    Outage(
        "Twilio throttles now and then, all day",
        *(_throttle_each_run, _recover, 30.0),
        {"ThrottledAlarm": (22.0, 25.0)},
        clear_hours=3.0,
    ),
    Outage(
        "Twilio throttles every request",
        *(_faults(Fault(Kind.THROTTLED)), _recover, 3.0),
        _SILENT | {"HeadLagAlarm": (1.0, 1.75)},
    ),
    Outage(
        "the schedule is disabled",
        *(_set("scheduled", to=False), _recover, 30.0),
        _SILENT | {"NoSuccessfulRunForADayAlarm": (23.0, 28.5)},
    ),
    Outage(
        "Scheduler may not invoke the function",
        *(_set("deliverable", to=False), _recover, 3.0),
        _SILENT | {"UndeliveredRunsAlarm": (0.0, 0.25)},
    ),
    Outage(
        "every invocation is killed by its time-out",
        *(_set("killed", to=True), _recover, 3.0),
        _SILENT | {"ErrorsAlarm": (0.25, 0.75), "FailedInvocationsAlarm": (0.0, 0.6)},
    ),
    Outage(
        "the key may not read Contexts",
        *(_faults(Fault(Kind.NO_PERMISSION, operation=Asked.CONTEXT)), _recover, 12.0),
        _FAILING | {"DetailsRefusedAlarm": (0.0, 0.5)},
        details=True,
    ),
    Outage(
        "the key may read neither Steps nor Contexts",
        *(_for_details(Kind.NO_PERMISSION), _recover, 12.0),
        _FAILING | {"DetailsRefusedAlarm": (0.0, 0.5), "DetailsStalledAlarm": (5.0, 8.0)},
        details=True,
    ),
    Outage(
        "one request for Steps is refused, and the retry is not",
        *(_faults(Fault(Kind.NO_PERMISSION, operation=Asked.STEPS, times=1)), _recover, 2.0),
        details=True,
        traffic_seconds=3 * HOUR,
    ),
    Outage(
        "the Steps of one Execution cannot be read",
        *(_one_without_steps, _recover, 12.0),
        details=True,
        traffic_seconds=3 * HOUR,
    ),
    Outage(
        "Twilio answers nothing about Steps and Contexts for 32 days",
        *(_for_details(Kind.SERVER_ERROR), _recover, 32 * DAYS),
        {
            "DetailsStalledAlarm": (5.0, 12.0),
            "DetailsHeadroomAlarm": (27 * DAYS - 12, 27 * DAYS + 2),
            "DetailsExpiredAlarm": (31 * DAYS - 24, 31 * DAYS + 2),
        },
        clear_hours=27.0,
        period_seconds=3600,
        details=True,
        traffic_seconds=12 * HOUR,
    ),
    Outage(
        "one Flow of a shared run is gone",
        *(_for_one_flow(Kind.NOT_FOUND), _recover, 3.0),
        {"FleetFailedAlarm": (0.25, 0.75)} | _FLOW_FAILS,
        workers=2,
    ),
    Outage(
        "every piece of a shared run is refused",
        *(_faults(Fault(Kind.UNAUTHORIZED)), _recover, 3.0),
        {"FleetFailedAlarm": (0.25, 0.75), "AccessDeniedAlarm": (0.0, 0.25)}
        | _SILENT
        | _FLOW_FAILS,
        workers=2,
    ),
    Outage(
        "one account of three is refused",
        *(_faults(Fault(Kind.UNAUTHORIZED)), _recover, 3.0),
        {
            "FleetFailedAlarm": (0.25, 0.75),
            "ErrorsAlarm": (0.25, 0.75),
            "AccessDeniedAlarm": (0.0, 0.25),
        },
        named=False,
        workers=2,
        accounts=3,
    ),
    Outage(
        "every piece of a shared run is killed by its time-out",
        *(_set("killed", to=True), _recover, 3.0),
        {"FleetFailedAlarm": (0.25, 0.75), "ErrorsAlarm": (0.25, 0.75)} | _SILENT,
        workers=2,
    ),
    Outage(
        "one execution of the state machine fails",
        *(_for_one_run(Kind.NOT_FOUND), _recover, 1.0),
        workers=2,
    ),
    Outage(
        "Scheduler may not start the state machine",
        *(_set("deliverable", to=False), _recover, 3.0),
        _SILENT | {"UndeliveredRunsAlarm": (0.0, 0.25)},
        workers=2,
    ),
)
