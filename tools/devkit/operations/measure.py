"""What an alarm compares with its threshold: a statistic of a metric, or an expression of some.

Of metric math it knows the two forms that this template uses, and refuses any other:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.devkit.operations.metrics import Metric, Metrics

_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Minimum": min,
    "Maximum": max,
}
_IF = re.compile(r"IF\((?P<condition>.+), 1, 0\)")
_FILLED = re.compile(r"FILL\((?P<id>[a-z]\w*), 0\)")
_COMPARISON = re.compile(r"(?P<id>[a-z]\w*) (?P<operator>[<>]) (?P<number>[0-9.]+)")


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic of the values of one metric in a period."""

    metric: Metric
    name: str

    @property
    def metrics(self) -> set[Metric]:
        return {self.metric}

    def value(self, metrics: Metrics, start: float, stop: float) -> float | None:
        """The value of the period; None if nothing was measured."""
        values = metrics.between(self.metric, start, stop)
        return _STATISTICS[self.name](values) if values else None


@dataclass(frozen=True, slots=True)
class Expression:
    """Whether all comparisons hold, 1 or 0; a period in which one has no value has none."""

    text: str
    statistics: Mapping[str, Statistic]

    @property
    def metrics(self) -> set[Metric]:
        return {each.metric for each in self.statistics.values()}

    def value(self, metrics: Metrics, start: float, stop: float) -> float | None:
        values = {name: each.value(metrics, start, stop) for name, each in self.statistics.items()}
        held = [_holds(comparison, values) for comparison in self._comparisons()]
        return None if None in held else float(all(held))

    def _comparisons(self) -> list[re.Match[str]]:
        condition = _IF.fullmatch(self.text)
        texts = condition["condition"].split(" AND ") if condition else [""]
        matches = [match for text in texts if (match := _COMPARISON.fullmatch(text))]
        if len(matches) < len(texts):
            raise ValueError(f"{self.text} is not known here")
        return matches


def _holds(comparison: re.Match[str], values: Mapping[str, float | None]) -> bool | None:
    value, number = values[comparison["id"]], float(comparison["number"])
    if value is None:
        return None
    return value > number if comparison["operator"] == ">" else value < number


@dataclass(frozen=True, slots=True)
class FilledSum:
    """The sum of some statistics, each 0 in a period in which nothing was measured."""

    statistics: Sequence[Statistic]

    @property
    def metrics(self) -> set[Metric]:
        return {each.metric for each in self.statistics}

    def value(self, metrics: Metrics, start: float, stop: float) -> float | None:
        return sum(each.value(metrics, start, stop) or 0.0 for each in self.statistics)


def _parsed(text: str, statistics: Mapping[str, Statistic]) -> "Expression | FilledSum":
    filled = [_FILLED.fullmatch(term) for term in text.split(" + ")]
    if all(filled):
        return FilledSum([statistics[match["id"]] for match in filled if match])
    return Expression(text, statistics)


Measure = Statistic | Expression | FilledSum


def measure_of(properties: Mapping[str, Any]) -> tuple[Measure, int]:
    """What an alarm of the template measures, and its period in seconds."""
    if "Metrics" not in properties:
        return Statistic(_metric_of(properties), properties["Statistic"]), int(properties["Period"])
    (expression,) = (each["Expression"] for each in properties["Metrics"] if "Expression" in each)
    stats = {
        each["Id"]: each["MetricStat"] for each in properties["Metrics"] if "MetricStat" in each
    }
    (period,) = {int(each["Period"]) for each in stats.values()}
    statistics = {
        name: Statistic(_metric_of(each["Metric"]), each["Stat"]) for name, each in stats.items()
    }
    return _parsed(expression, statistics), period


def _metric_of(properties: Mapping[str, Any]) -> Metric:
    dimensions = frozenset((each["Name"], each["Value"]) for each in properties["Dimensions"])
    return Metric(properties["Namespace"], properties["MetricName"], dimensions)
