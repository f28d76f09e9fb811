"""Each alarm of the template in each outage: silent before, going off in time, silent again."""

from dataclasses import dataclass, replace
from itertools import product

import pytest

from simulator.faults import Fault, Kind
from studio_export.export.ages import HOUR
from tests.operations.outages import OUTAGES, Outage
from tools.devkit.operations.cloudwatch import Alarm, State, View
from tools.devkit.operations.metrics import Metrics
from tools.devkit.operations.operation import Operation
from tools.devkit.template.rendered import EVERY_DATASET, render, transformed

HEALTHY_HOURS = 26.0
# Where a period begins, and how many spare ones are looked at: AWS does not say.
VIEWS = tuple(View(offset, spare) for offset, spare in product((0.0, 437.0), (0, 2)))
LONG_HOURS = 100
# A first export sets alarms off: those of lag for two hours, those of details for another six, in
# which the runs look at each day once more, and two for spare periods.
FIRST_EXPORT_HOURS, FIRST_DETAILS_HOURS = 2, 10


@dataclass(frozen=True, slots=True)
class Course:
    """What was measured, and when the outage began, ended, and was to be forgotten: in seconds."""

    metrics: Metrics
    began: float
    ended: float
    cleared: float


def alarms(period_seconds: int, *, details: bool, workers: int = 1) -> dict[str, Alarm]:
    datasets = EVERY_DATASET if details else "executions"
    stack = render(ScheduleMinutes=period_seconds // 60, Datasets=datasets, Workers=workers)
    found = stack.of_type("AWS::CloudWatch::Alarm")
    return {name: Alarm.of(properties) for name, properties in found.items()}


def course(outage: Outage) -> Course:
    operation = Operation(
        outage.period_seconds,
        named=outage.named,
        details=outage.details,
        workers=outage.workers,
        accounts=outage.accounts,
    )
    days = (HEALTHY_HOURS + outage.hours + outage.clear_hours) / 24
    operation.traffic(days, outage.traffic_seconds)
    operation.run(HEALTHY_HOURS)
    began = operation.seconds
    outage.begin(operation)
    operation.run(outage.hours)
    ended = operation.seconds
    outage.end(operation)
    operation.run(outage.clear_hours)
    return Course(operation.metrics, began, ended, operation.seconds)


def hours_in_alarm(name: str, alarm: Alarm, seen: Course, view: View) -> list[float]:
    """When it was on, in hours from the beginning of the outage."""
    first_hours = FIRST_DETAILS_HOURS if name.startswith("Details") else FIRST_EXPORT_HOURS
    if seen.ended - seen.began > LONG_HOURS * HOUR:
        view = replace(view, every_seconds=1800)
    states = alarm.states(seen.metrics, first_hours * HOUR, seen.cleared, view)
    assert states[-1][1] is State.OK
    return [(now - seen.began) / HOUR for now, state in states if state is State.ALARM]


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.name.replace(" ", "-"))
def test_an_outage_sets_off_its_alarms_in_time_and_no_others(outage: Outage) -> None:
    seen = course(outage)
    watching = alarms(outage.period_seconds, details=outage.details, workers=outage.workers)
    for name, alarm in watching.items():
        for view in VIEWS:
            in_alarm = hours_in_alarm(name, alarm, seen, view)
            if name not in outage.alarms:
                assert not in_alarm, (name, in_alarm[0])
                continue
            not_before, at_latest = outage.alarms[name]
            slack = view.spare_periods * alarm.period_seconds / HOUR
            assert in_alarm, name
            assert not_before <= in_alarm[0] <= at_latest + slack, (name, in_alarm[0], view)
            assert max(in_alarm) >= outage.hours - 0.5, name  # to its end


def test_an_account_that_is_refused_leaves_the_lag_of_the_others_as_it_was() -> None:
    operation = Operation(named=False, workers=2, accounts=3)
    operation.traffic(days=(HEALTHY_HOURS + 3) / 24)
    operation.run(HEALTHY_HOURS)
    began = operation.seconds
    operation.studio.faults.on(Fault(Kind.UNAUTHORIZED))
    operation.run(hours=3)

    assert not [now for now, _ in operation.summaries if now >= began]
    for other in operation.others:
        since = [flow for now, flow in other.summaries if now >= began]
        assert len(since) == 3 * 4 * len(other.flows)
        assert not [flow for flow in since if flow.error or flow.still_due]


def test_every_alarm_of_the_template_is_set_off_by_some_outage() -> None:
    tried = {name for outage in OUTAGES for name in outage.alarms}
    assert tried == alarms(900, details=True, workers=2).keys()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("details", [False, True], ids=["executions", "details"])
@pytest.mark.parametrize("minutes", transformed()["Parameters"]["ScheduleMinutes"]["AllowedValues"])
def test_in_health_every_alarm_is_silent_at_every_period_of_the_schedule(
    minutes: str, workers: int, *, details: bool
) -> None:
    operation = Operation(int(minutes) * 60, details=details, workers=workers)
    operation.traffic(HEALTHY_HOURS / 24, 3 * HOUR if details else HOUR)
    operation.run(HEALTHY_HOURS)
    seen = Course(operation.metrics, operation.seconds, operation.seconds, operation.seconds)
    watching = alarms(operation.period_seconds, details=operation.details, workers=workers)
    for name, alarm in watching.items():
        for view in VIEWS:
            assert not hours_in_alarm(name, alarm, seen, view), name
