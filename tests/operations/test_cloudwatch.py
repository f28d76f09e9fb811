"""The evaluator itself, against what AWS's guide says, so that no alarm passes for its fault."""

import json

import pytest

from tools.devkit.operations.cloudwatch import Alarm, State, View
from tools.devkit.operations.measure import Statistic, measure_of
from tools.devkit.operations.metrics import Metric, Metrics

METRIC = Metric("Namespace", "Name", frozenset({("service", "stack")}))
OK, ALARM, NO_DATA = State.OK, State.ALARM, State.INSUFFICIENT_DATA


def alarm(treat: str = "ignore", statistic: str = "Sum", of: int = 3, points: int = 3) -> Alarm:
    measure = Statistic(METRIC, statistic)
    return Alarm(measure, 60, of, points, "GreaterThanThreshold", 0, treat)


def measured(points: str) -> Metrics:
    """A minute for each character, the last one ends now: X breaches, 0 does not, - is missing."""
    metrics = Metrics()
    for minute, point in enumerate(points):
        if point != "-":
            metrics.put(METRIC, 60 * minute + 30, float(point == "X"), "Count")
    return metrics


def state(points: str, treat: str, before: State = NO_DATA, spare: int = 2, m: int = 3) -> State:
    return alarm(treat, points=m).state(measured(points), 60 * len(points), before, spare)


# The rows of the guide's tables, for alarms of 3 periods that can look at 5.


@pytest.mark.parametrize("treat", ["breaching", "notBreaching", "ignore"])
@pytest.mark.parametrize(
    ("points", "expected"),
    [("0-X-X", OK), ("0----", OK), ("0XX-X", ALARM)],
)
def test_missing_points_are_replaced_by_older_ones(
    points: str, treat: str, expected: State
) -> None:
    if points == "0----" and treat == "ignore":
        assert state(points, treat, before=ALARM) is OK
    assert state(points, treat) is expected


@pytest.mark.parametrize(
    ("points", "treat", "expected"),
    [
        ("-----", "breaching", ALARM),
        ("-----", "notBreaching", OK),
        ("--X--", "breaching", ALARM),
        ("--X--", "notBreaching", OK),
    ],
)
def test_points_that_no_older_ones_replace_are_taken_as_configured(
    points: str, treat: str, expected: State
) -> None:
    assert state(points, treat) is expected


@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("points", ["-----", "--X--"])
def test_an_alarm_that_ignores_missing_points_stays_as_it_is(points: str, before: State) -> None:
    assert state(points, "ignore", before) is before


@pytest.mark.parametrize(
    ("points", "treat", "expected"),
    [
        ("0X0X-", "breaching", ALARM),
        ("00X0X", "ignore", ALARM),
        ("-X--X", "ignore", ALARM),
        ("----X", "notBreaching", OK),
        ("00000", "breaching", OK),
    ],
)
def test_two_of_three_points_suffice_if_the_alarm_says_so(
    points: str, treat: str, expected: State
) -> None:
    assert state(points, treat, m=2) is expected


# What a point is.


@pytest.mark.parametrize(
    ("statistic", "expected"), [("Sum", ALARM), ("Maximum", ALARM), ("Minimum", OK)]
)
def test_a_point_is_the_statistic_of_its_period(statistic: str, expected: State) -> None:
    metrics = Metrics()
    for at, value in ((10.0, 0.0), (50.0, 1.0)):
        metrics.put(METRIC, at, value, "Count")
    assert alarm(statistic=statistic, of=1, points=1).state(metrics, 60, NO_DATA) is expected


def test_a_period_begins_with_its_first_instant_and_ends_before_its_last() -> None:
    metrics = measured("")
    metrics.put(METRIC, 60.0, 1.0, "Count")
    one = alarm("notBreaching", of=1, points=1)
    assert [one.state(metrics, now, NO_DATA) for now in (60, 61, 120, 121)] == [
        *(OK, ALARM, ALARM, OK)
    ]


def test_an_alarm_looks_again_and_again() -> None:
    one = alarm("notBreaching", of=1, points=1)
    states = one.states(measured("0X0"), 0, 180, View(every_seconds=60))
    assert states == [(0, OK), (60, OK), (120, ALARM), (180, OK)]


def test_a_way_to_treat_missing_data_that_it_does_not_know_is_an_error() -> None:
    with pytest.raises(ValueError, match="missing is not known"):
        state("X", "missing")


# An expression.


def expression(text: str) -> dict[str, object]:
    """An alarm's properties, on `a` and `b` of the metrics A and B."""
    named = {"Namespace": "N", "Dimensions": [{"Name": "service", "Value": "stack"}]}
    return {
        "Metrics": [
            {"Id": "e", "Expression": text},
            *(
                {"Id": name, "MetricStat": {"Metric": named | {"MetricName": name.upper()},
                                            "Period": 60, "Stat": stat}}
                for name, stat in (("a", "Maximum"), ("b", "Sum"))
            ),
        ]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("of_a", "of_b", "expected"),
    [
        ([0.0, 2.0], [0.0, 0.0], 1.0),
        ([0.0, 2.0], [0.0, 1.0], 0.0),
        ([0.0], [0.0], 0.0),
        ([2.0], [], None),
        ([], [0.0], None),
    ],
)
def test_an_expression_compares_the_statistics_of_a_period(
    of_a: list[float], of_b: list[float], expected: float | None
) -> None:
    metrics = Metrics()
    for name, values in (("A", of_a), ("B", of_b)):
        for value in values:
            metrics.put(Metric("N", name, frozenset({("service", "stack")})), 30.0, value, "Count")
    measure, period_seconds = measure_of(expression("IF(a > 0 AND b < 1, 1, 0)"))
    assert measure.value(metrics, 0, period_seconds) == expected


@pytest.mark.parametrize(
    ("of_a", "of_b", "expected"), [([1.0, 2.0], [1.0], 3.0), ([2.0], [], 2.0), ([], [], 0.0)]
)
def test_a_sum_counts_0_where_nothing_was_measured(
    of_a: list[float], of_b: list[float], expected: float
) -> None:
    metrics = Metrics()
    for name, values in (("A", of_a), ("B", of_b)):
        for value in values:
            metrics.put(Metric("N", name, frozenset({("service", "stack")})), 30.0, value, "Count")
    measure, period_seconds = measure_of(expression("FILL(a, 0) + FILL(b, 0)"))
    assert measure.value(metrics, 0, period_seconds) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a + b",
        "FILL(a, 1)",
        "FILL(a, 0) - FILL(b, 0)",
        "IF(a > 0 OR b < 1, 1, 0)",
        "IF(a > 0, 1, 2)",
    ],
)
def test_an_expression_that_it_does_not_know_is_an_error(text: str) -> None:
    measure, _ = measure_of(expression(text))
    with pytest.raises(ValueError, match="is not known here"):
        measure.value(Metrics(), 0, 60)


def test_a_line_of_the_embedded_format_is_read_with_its_dimensions_and_units() -> None:
    directive = {
        "Namespace": "N",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "Lines", "Unit": "Count"}],
    }
    line = {"_aws": {"CloudWatchMetrics": [directive]}, "service": "stack", "Lines": [3.0]}
    metrics = Metrics()
    metrics.put_emf(json.dumps(line), at=5)
    metric = Metric("N", "Lines", frozenset({("service", "stack")}))
    assert metrics.between(metric, 5, 6) == [3.0]
    assert metrics.units == {metric: "Count"}
