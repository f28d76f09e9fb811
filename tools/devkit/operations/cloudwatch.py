"""CloudWatch as far as this template uses it: what an alarm makes of metrics.

After "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data" in its guide:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html

Two things the guide leaves open, so a test tries both ends of them: where a period begins (here it
ends when the alarm looks, and `offset_seconds` moves that), and how many periods beyond those
asked for it looks at to replace missing ones (`spare_periods`).
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from tools.devkit.operations.measure import Measure, measure_of
from tools.devkit.operations.metrics import Metrics


class State(StrEnum):
    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
}


@dataclass(frozen=True, slots=True)
class View:
    """How often an alarm looks, and the two things that the guide leaves open."""

    offset_seconds: float = 0
    spare_periods: int = 0
    every_seconds: float = 300


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm's properties, as the template has them once it is rendered."""

    measure: Measure
    period_seconds: int
    evaluation_periods: int
    datapoints_to_alarm: int
    comparison: str
    threshold: float
    treat_missing_data: str

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> "Alarm":
        measure, period_seconds = measure_of(properties)
        return cls(
            measure,
            period_seconds,
            int(properties["EvaluationPeriods"]),
            int(properties.get("DatapointsToAlarm", properties["EvaluationPeriods"])),
            properties["ComparisonOperator"],
            float(properties["Threshold"]),
            properties["TreatMissingData"],
        )

    def state(
        self,
        metrics: Metrics,
        now: float,
        before: State,
        spare_periods: int = 0,
        known: dict[float, float | None] | None = None,
    ) -> State:
        """What it says at that time; `known` are the points of these metrics, by their start."""
        points = self._points(metrics, now, spare_periods, {} if known is None else known)
        judged = list(islice(points, self.evaluation_periods))
        breaches = _COMPARISONS[self.comparison]
        breaching = sum(breaches(value, self.threshold) for value in judged)
        missing = self.evaluation_periods - len(judged)
        at_least, at_most = breaching, breaching + missing
        if self.treat_missing_data == "breaching":
            at_least = at_most
        elif self.treat_missing_data == "notBreaching":
            at_most = at_least
        elif self.treat_missing_data != "ignore":
            raise ValueError(f"{self.treat_missing_data} is not known here")
        if at_least >= self.datapoints_to_alarm:
            return State.ALARM
        return State.OK if at_most < self.datapoints_to_alarm else before

    def _points(
        self, metrics: Metrics, now: float, spare_periods: int, known: dict[float, float | None]
    ) -> Iterator[float]:
        """Yield what was measured in each period before `now`, the newest first."""
        for number in range(1, self.evaluation_periods + spare_periods + 1):
            start = now - number * self.period_seconds
            if start not in known:
                known[start] = self.measure.value(metrics, start, start + self.period_seconds)
            if (point := known[start]) is not None:
                yield point

    def states(
        self, metrics: Metrics, start: float, stop: float, view: View = View()
    ) -> list[tuple[float, State]]:
        """What it says each time it looks, from a state of insufficient data on."""
        state, states, now = State.INSUFFICIENT_DATA, [], start + view.offset_seconds
        known: dict[float, float | None] = {}
        while now <= stop:
            state = self.state(metrics, now, state, view.spare_periods, known)
            states.append((now, state))
            now += view.every_seconds
        return states
