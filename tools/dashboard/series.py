"""What a widget shows of a month: a value for each period of each of its rows."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tools.devkit.operations.cloudwatch import Metric, Metrics
from tools.devkit.template.dashboard import Row, rows

Values = np.ndarray[Any, np.dtype[np.float64]]

_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Minimum": min,
    "Maximum": max,
}
_OPERATORS: dict[type[ast.operator], Callable[[Values, Values], Values]] = {
    ast.Add: operator.add,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True, slots=True)
class Series:
    """`values` has one for each period from the start on; NaN where nothing was measured."""

    label: str
    period_seconds: int
    values: Values


def series(widget: Mapping[str, Any], metrics: Metrics, stop_seconds: float) -> list[Series]:
    """The rows that are visible, each with its label."""
    properties = widget["properties"]
    period_seconds = int(properties["period"])
    count = int(stop_seconds // period_seconds)
    by_id: dict[str, Values] = {}
    found = []
    for row in sorted(rows(widget), key=lambda row: bool(row.expression)):
        if row.metric:
            stat = row.options.get("stat") or properties["stat"]
            values = _measured(metrics, row.metric, stat, period_seconds, count)
        else:
            values = _evaluate(ast.parse(row.expression, mode="eval").body, by_id)
        by_id[row.options.get("id", "")] = values
        if row.options.get("visible", True):
            found.append(Series(_label(row), period_seconds, values))
    return found


def _label(row: Row) -> str:
    return str(row.options.get("label") or (row.metric.name if row.metric else row.expression))


def _measured(
    metrics: Metrics, metric: Metric, stat: str, period_seconds: int, count: int
) -> Values:
    values = np.full(count, np.nan)
    for n in range(count):
        if there := metrics.between(metric, n * period_seconds, (n + 1) * period_seconds):
            values[n] = _STATISTICS[stat](there)
    return values


def _evaluate(node: ast.expr, by_id: Mapping[str, Values]) -> Values:
    """Metric math, as far as the dashboard uses it: sums, products and quotients."""
    match node:
        case ast.BinOp():
            apply = _OPERATORS[type(node.op)]
            return apply(_evaluate(node.left, by_id), _evaluate(node.right, by_id))
        case ast.Name():
            return by_id[node.id]
        case ast.Constant(value=int() | float() as number):
            return np.array(float(number))
    raise ValueError(f"{ast.unparse(node)} is not known here")
