"""The values of metrics, as CloudWatch takes them from an invocation's output."""

import json
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple


class Metric(NamedTuple):
    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


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
