"""CloudWatch as far as this template uses it: metrics, and what an alarm makes of them.

After "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data" in its guide:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html

Two things the guide leaves open, so a test tries both ends of them: where a period begins (here it
ends when the alarm looks, and `offset_seconds` moves that), and how many periods beyond those
asked for it looks at to replace missing ones (`spare_periods`).
"""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class Metric(NamedTuple):
    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


class State(StrEnum):
    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Minimum": min,
    "Maximum": max,
}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}


@dataclass
class Metrics:
    """Values by metric, ascending in time, which is in seconds from any beginning."""

    times: dict[Metric, list[float]] = field(default_factory=lambda: defaultdict(list))
    values: dict[Metric, list[float]] = field(default_factory=lambda: defaultdict(list))
    units: dict[Metric, str] = field(default_factory=dict)

    def put(self, metric: Metric, at: float, value: float, unit: str) -> None:
        self.times[metric].append(at)
        self.values[metric].append(value)
        self.units[metric] = unit

    def put_emf(self, line: str, at: float) -> None:
        """Take a line of the embedded metric format as CloudWatch does, but for its own time."""
        document = json.loads(line)
        for directive in document["_aws"]["CloudWatchMetrics"]:
            (names,) = directive["Dimensions"]
            dimensions = frozenset((name, document[name]) for name in names)
            for each in directive["Metrics"]:
                metric = Metric(directive["Namespace"], each["Name"], dimensions)
                for value in document[each["Name"]]:
                    self.put(metric, at, value, each["Unit"])

    def between(self, metric: Metric, start: float, stop: float) -> list[float]:
        times = self.times.get(metric, [])
        return self.values[metric][bisect_left(times, start) : bisect_left(times, stop)]


@dataclass(frozen=True, slots=True)
class View:
    """How often an alarm looks, and the two things that the guide leaves open."""

    offset_seconds: float = 0
    spare_periods: int = 0
    every_seconds: float = 300


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm's properties, as the template has them once it is rendered."""

    metric: Metric
    statistic: str
    period_seconds: int
    evaluation_periods: int
    datapoints_to_alarm: int
    comparison: str
    threshold: float
    treat_missing_data: str

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> "Alarm":
        return cls(
            metric_of(properties),
            properties["Statistic"],
            int(properties["Period"]),
            int(properties["EvaluationPeriods"]),
            int(properties.get("DatapointsToAlarm", properties["EvaluationPeriods"])),
            properties["ComparisonOperator"],
            float(properties["Threshold"]),
            properties["TreatMissingData"],
        )

    def state(self, metrics: Metrics, now: float, before: State, spare_periods: int = 0) -> State:
        period = self.period_seconds
        points = [
            metrics.between(self.metric, now - (n + 1) * period, now - n * period)
            for n in range(self.evaluation_periods + spare_periods)
        ]
        there = [_STATISTICS[self.statistic](point) for point in points if point]
        judged = there[: self.evaluation_periods]
        breaching = sum(_COMPARISONS[self.comparison](value, self.threshold) for value in judged)
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

    def states(
        self, metrics: Metrics, start: float, stop: float, view: View = View()
    ) -> list[tuple[float, State]]:
        """What it says each time it looks, from a state of insufficient data on."""
        state, states, now = State.INSUFFICIENT_DATA, [], start + view.offset_seconds
        while now <= stop:
            state = self.state(metrics, now, state, view.spare_periods)
            states.append((now, state))
            now += view.every_seconds
        return states


def metric_of(properties: Mapping[str, Any]) -> Metric:
    dimensions = frozenset((each["Name"], each["Value"]) for each in properties["Dimensions"])
    return Metric(properties["Namespace"], properties["MetricName"], dimensions)
