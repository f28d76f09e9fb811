"""Each alarm of the template in each outage: silent before, going off in time, silent again."""

from dataclasses import dataclass, replace
from itertools import product

import pytest

from studio_export.export.ages import HOUR
from tests.operations.outages import OUTAGES, Outage
from tools.devkit.operations.cloudwatch import Alarm, Metrics, State, View
from tools.devkit.operations.operation import Operation
from tools.devkit.template.rendered import render, transformed

HEALTHY_HOURS = 26.0
# Where a period begins, and how many spare ones are looked at: AWS does not say.
VIEWS = tuple(View(offset, spare) for offset, spare in product((0.0, 437.0), (0, 2)))
LONG_HOURS = 100


@dataclass(frozen=True, slots=True)
class Course:
    """What was measured, and when the outage began, ended, and was to be forgotten: in seconds."""

    metrics: Metrics
    began: float
    ended: float
    cleared: float


def alarms(period_seconds: int) -> dict[str, Alarm]:
    stack = render(ScheduleMinutes=period_seconds // 60)
    found = stack.of_type("AWS::CloudWatch::Alarm")
    return {name: Alarm.of(properties) for name, properties in found.items()}


def course(outage: Outage) -> Course:
    operation = Operation(outage.period_seconds, named=outage.named)
    operation.traffic((HEALTHY_HOURS + outage.hours + outage.clear_hours) / 24)
    operation.run(HEALTHY_HOURS)
    began = operation.seconds
    outage.begin(operation)
    operation.run(outage.hours)
    ended = operation.seconds
    outage.end(operation)
    operation.run(outage.clear_hours)
    return Course(operation.metrics, began, ended, operation.seconds)


def hours_in_alarm(alarm: Alarm, seen: Course, view: View) -> list[float]:
    """When it was on, in hours from the beginning of the outage."""
    if seen.ended - seen.began > LONG_HOURS * HOUR:
        view = replace(view, every_seconds=1800)
    states = alarm.states(seen.metrics, 2 * HOUR, seen.cleared, view)
    assert states[-1][1] is State.OK
    return [(now - seen.began) / HOUR for now, state in states if state is State.ALARM]


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.name.replace(" ", "-"))
def test_an_outage_sets_off_its_alarms_in_time_and_no_others(outage: Outage) -> None:
    seen = course(outage)
    for name, alarm in alarms(outage.period_seconds).items():
        for view in VIEWS:
            in_alarm = hours_in_alarm(alarm, seen, view)
            if name not in outage.alarms:
                assert not in_alarm, (name, in_alarm[0])
                continue
            not_before, at_latest = outage.alarms[name]
            slack = view.spare_periods * alarm.period_seconds / HOUR
            assert in_alarm, name
            assert not_before <= in_alarm[0] <= at_latest + slack, (name, in_alarm[0], view)
            assert max(in_alarm) >= outage.hours - 0.5, name  # to its end


def test_every_alarm_of_the_template_is_set_off_by_some_outage() -> None:
    tried = {name for outage in OUTAGES for name in outage.alarms}
    assert tried == alarms(900).keys()


@pytest.mark.parametrize("minutes", transformed()["Parameters"]["ScheduleMinutes"]["AllowedValues"])
def test_in_health_every_alarm_is_silent_at_every_period_of_the_schedule(minutes: str) -> None:
    operation = Operation(int(minutes) * 60)
    operation.traffic(HEALTHY_HOURS / 24)
    operation.run(HEALTHY_HOURS)
    seen = Course(operation.metrics, operation.seconds, operation.seconds, operation.seconds)
    for name, alarm in alarms(operation.period_seconds).items():
        for view in VIEWS:
            assert not hours_in_alarm(alarm, seen, view), name
