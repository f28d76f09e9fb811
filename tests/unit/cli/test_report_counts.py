"""What the report counts of Steps: in bounded memory, and of what a reader may meet."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio_export.errors import CorruptLogError
from studio_export.log.reader import reading
from studio_export_cli.report.bounded_counter import BoundedCounter
from studio_export_cli.report.funnel import funnel_of, parse_stages, reached
from studio_export_cli.report.scale import quantile
from studio_export_cli.report.step_counts import NO_STEP, UNSAID, StepCounts
from studio_export_cli.report.step_lines import Step, StepLine, step_lines

_CREATED = datetime(2026, 11, 23, 14, tzinfo=UTC)


@given(st.lists(st.integers(0, 20)), st.integers(1, 8))
def test_a_bounded_counter_misses_nothing_that_is_more_frequent_than_its_slack(
    values: list[int], max_values: int
) -> None:
    counter: BoundedCounter[int] = BoundedCounter(max_values)
    for value in values:
        counter.add(value)

    assert len(counter.counts) <= max_values
    assert counter.total == len(values)
    for value, count in Counter(values).items():
        assert count - counter.slack <= counter.counts.get(value, 0) <= count


def test_below_its_limit_a_counter_is_exact() -> None:
    counter: BoundedCounter[str] = BoundedCounter(3)
    for value in "aabc":
        counter.add(value)
    assert (counter.counts, counter.left_out, counter.slack) == ({"a": 2, "b": 1, "c": 1}, 0, 0)


@given(st.lists(st.integers(0, 1000), min_size=1), st.floats(0, 1))
def test_a_quantile_of_counts_is_that_of_the_values(values: list[int], share: float) -> None:
    ascending = sorted(values)
    place = share * (len(values) - 1)
    below = ascending[int(place)]
    above = ascending[min(int(place) + 1, len(values) - 1)]

    found = quantile(Counter(values), share)

    assert found == pytest.approx(below + (above - below) * (place - int(place)))


def _step(source: str, event: str, target: str, seconds: int = 0) -> Step:
    at = _CREATED + timedelta(seconds=seconds)
    return Step(event, source, target, at.isoformat())


def _counts(*paths: str, revision: int | None = 1) -> StepCounts:
    """Count Executions that reached these widgets, such as `abc`."""
    counts = StepCounts()
    for path in paths:
        steps = [_step("from", "next", widget) for widget in path]
        counts.add(StepLine("FN", steps[::-1]), _CREATED, revision)
    return counts


def _numbers(counts: StepCounts, stages: str = "") -> list[int]:
    funnel = funnel_of(counts, parse_stages(stages) if stages else ())
    return [funnel.began, *(stage.executions for stage in funnel.stages)]


@pytest.mark.parametrize(
    ("path", "passed"),
    [("abc", 3), ("axbxc", 3), ("ab", 2), ("acb", 2), ("bac", 1), ("abacab", 3), ("", 0)],
)
def test_a_stage_counts_only_after_the_one_before_it(path: str, passed: int) -> None:
    assert _numbers(_counts(path), "a,b,c") == [1, *(int(n < passed) for n in range(3))]


def test_a_stage_may_be_one_of_several_widgets() -> None:
    assert _numbers(_counts("ac", "bc", "c"), "a / b,c") == [3, 2, 2]


@pytest.mark.parametrize("text", ["", "a,", "a,,b", "a//b", " , "])
def test_a_stage_without_a_widget_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a stage without a widget"):
        parse_stages(text)


def test_without_stages_the_funnel_follows_the_way_that_most_go() -> None:
    counts = _counts("abc", "abc", "abz", "xy", "xy")
    assert [stage.widgets for stage in funnel_of(counts).stages] == [("a",), ("b",), ("c",)]
    assert _numbers(counts) == [5, 3, 3, 2]


def test_without_stages_the_funnel_is_of_the_revision_that_most_ran() -> None:
    counts = _counts("ab", "ab", revision=7)
    counts.add(StepLine("FN", [_step("from", "next", "z")]), _CREATED, 8)
    funnel = funnel_of(counts)
    assert (funnel.revision, funnel.began) == (7, 2)
    assert reached(counts, ["z"], 8) == 1


def test_the_end_of_the_flow_is_no_stage() -> None:
    counts = StepCounts()
    counts.add(StepLine("FN", [_step("a", "done", "Ended"), _step("t", "go", "a")]), _CREATED, 1)
    assert [stage.widgets for stage in funnel_of(counts).stages] == [("a",)]


def test_an_execution_without_a_step_has_an_end_and_no_path() -> None:
    counts = _counts("")
    assert counts.ends == {(NO_STEP, UNSAID): 1}
    assert counts.paths.counts == {}
    assert counts.executions == 1


def test_a_very_long_path_is_kept_in_part() -> None:
    counts = _counts("a" * 1000)
    ((path, _),) = counts.paths.counts.items()
    assert path == (*"a" * 100, "…")


def test_a_first_step_that_is_older_than_its_execution_took_no_time() -> None:
    counts = StepCounts()
    steps = [_step("b", "next", "c", 4), _step("a", "next", "b", -1)]
    counts.add(StepLine("FN", steps), _CREATED, 1)
    assert counts.widgets["a"].seconds == {0: 1}
    assert counts.widgets["b"].seconds == {5: 1}


def test_missing_steps_are_counted_apart() -> None:
    counts = StepCounts(ended=3)
    counts.add(StepLine("FN", None, "deleted"), _CREATED, 1)
    assert (counts.executions, counts.lines, counts.without_line) == (0, 1, 2)
    assert counts.missing == {"deleted": 1}


def _lines(*texts: str) -> list[StepLine]:
    return list(step_lines(gzip.compress("".join(f"{text}\n" for text in texts).encode())))


def _line(steps: Any) -> str:
    return json.dumps({"execution_sid": "FN1", "flow_sid": "FW1", "steps": steps})


def test_a_line_has_its_steps_the_newest_first() -> None:
    steps = [
        {"name": "hangup", "transitioned_from": "menu", "transitioned_to": "Ended", "x": 1},
        {"name": None, "transitioned_from": None, "transitioned_to": None, "date_created": "?"},
    ]
    (line,) = _lines(_line(steps))
    assert [step.names for step in line.steps or ()] == [
        ("menu", "hangup", "Ended"),
        ("(none)", "(none)", "(none)"),
    ]
    assert [step.at for step in line.steps or ()] == [None, None]


def test_what_a_strict_parser_refuses_is_read_all_the_same() -> None:
    strange = '{"execution_sid":"FN1","steps":[{"name":7,"transitioned_to":"b","context":NaN}]}'
    missing = '{"execution_sid":"FN2","steps":null,"missing":"expired","x":NaN}'
    first, second = _lines(strange, missing)
    assert [step.names for step in first.steps or ()] == [("(none)", "(none)", "b")]
    assert (second.steps, second.missing) == (None, "expired")


@pytest.mark.parametrize("text", ["{}", "[]", '{"execution_sid":7}', "?"])
def test_a_line_of_no_execution_is_refused(text: str) -> None:
    with pytest.raises(CorruptLogError, match="steps/x is unreadable"), reading("steps/x"):
        _lines(text)
