"""The report answers the questions about Steps as the queries do: by what the Studio holds."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator.account import Flow
from studio_export.model import Span
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.report.activity import Wanted, read_activity
from studio_export_cli.report.funnel import Funnel, funnel_of, parse_stages, reached
from studio_export_cli.report.scale import quantile
from studio_export_cli.report.step_counts import StepCounts
from studio_export_cli.report.step_tables import paths
from studio_export_cli.stores.directory import DirectoryStore
from tests.consumers.comparable_rows import comparable
from tests.consumers.job import SINCE
from tests.consumers.oracle import Row
from tests.consumers.steps_export import StepsExport
from tests.consumers.steps_oracle import steps_answers

_START = datetime.fromisoformat(SINCE).replace(tzinfo=UTC)
_STAGES = parse_stages("greet/welcome,menu,queue")


@pytest.fixture(scope="module", params=[0, 1], ids=["first Flow", "second Flow"])
def flow(with_steps: StepsExport, request: pytest.FixtureRequest) -> Flow:
    number: int = request.param
    return with_steps.flows[number]


@pytest.fixture(scope="module")
def expected(with_steps: StepsExport, flow: Flow) -> dict[str, list[Row]]:
    return steps_answers(replace(with_steps, flows=[flow]))


@pytest.fixture(scope="module")
def counts(with_steps: StepsExport, flow: Flow) -> StepCounts:
    store, span = DirectoryStore(with_steps.root), Span(_START, _START + timedelta(days=30))
    activity = read_activity(store, Wanted(span), 2, Heartbeat())
    return next(each.steps for each in activity.flows if each.flow_sid == flow.sid)


def test_where_they_leave(counts: StepCounts, expected: dict[str, list[Row]]) -> None:
    rows = [
        {"widget": widget, "how": how, "executions": executions}
        for (widget, how), executions in counts.ends.items()
    ]
    assert comparable(rows) == comparable(expected["Where they leave"])


def test_the_funnel(counts: StepCounts, expected: dict[str, list[Row]]) -> None:
    (row,) = expected["The funnel"]

    funnel = funnel_of(counts, _STAGES)

    assert [funnel.began, *(stage.executions for stage in funnel.stages)] == list(row.values())
    assert funnel.left_out == 0


def test_the_time_in_each_widget(counts: StepCounts, expected: dict[str, list[Row]]) -> None:
    rows = [
        {
            "widget": name,
            "stays": widget.times,
            "median_seconds": quantile(widget.seconds, 0.5),
            "p95_seconds": quantile(widget.seconds, 0.95),
        }
        for name, widget in counts.widgets.items()
    ]
    assert comparable(rows) == comparable(expected["Time in each widget"])


def test_errors_and_time_outs(counts: StepCounts, expected: dict[str, list[Row]]) -> None:
    rows = [
        {
            "widget": name,
            "times": widget.times,
            "failed": widget.failed,
            "timed_out": widget.timed_out,
        }
        for name, widget in counts.widgets.items()
    ]
    assert comparable(rows) == comparable(expected["Errors and time-outs"])


def test_the_most_frequent_paths(counts: StepCounts, expected: dict[str, list[Row]]) -> None:
    ranked = [(row["path"], row["executions"]) for row in expected["The most frequent paths"]]

    assert [(" > ".join(path), n) for path, n in paths(counts)][:10] == ranked


def test_by_revision(counts: StepCounts, expected: dict[str, list[Row]]) -> None:
    rows = [
        {
            "flow_sid": row["flow_sid"],
            "flow_version": revision,
            "executions": each.executions,
            "to_queue": reached(counts, _STAGES[-1], revision),
            "timed_out": each.timed_out,
        }
        for row in expected["Did the new revision help"][:1]
        for revision, each in counts.revisions.items()
    ]
    assert comparable(rows) == comparable(expected["Did the new revision help"])


def test_how_many_lines_are_missing(counts: StepCounts, expected: dict[str, list[Row]]) -> None:
    totals: Counter[str] = Counter()
    for row in expected["Is it complete"]:
        totals.update({name: row[name] for name in ("ended", "lines", "no_line", "missing")})

    assert {
        "ended": counts.ended,
        "lines": counts.lines,
        "no_line": counts.without_line,
        "missing": counts.missing.total(),
    } == totals


def test_without_stages_the_funnel_follows_the_way_that_most_go(counts: StepCounts) -> None:
    funnel: Funnel = funnel_of(counts)

    numbers = [funnel.began, *(stage.executions for stage in funnel.stages)]
    assert numbers == sorted(numbers, reverse=True)
    assert funnel.began == counts.revisions[funnel.revision].executions
    (first,) = funnel.stages[0].widgets
    others = {visit[0] for (_, visit), _ in counts.visits.counts.items() if visit} - {first}
    for other in others:
        assert _begin_with(counts, other, funnel) <= _begin_with(counts, first, funnel)


def _begin_with(counts: StepCounts, widget: str, funnel: Funnel) -> int:
    return sum(
        n
        for (revision, visit), n in counts.visits.counts.items()
        if revision == funnel.revision and visit[:1] == (widget,)
    )


def test_the_steps_are_left_out_on_request(with_steps: StepsExport) -> None:
    store, span = DirectoryStore(with_steps.root), Span(_START, _START + timedelta(days=30))

    activity = read_activity(store, Wanted(span, with_steps=False), 2, Heartbeat())

    assert [flow.steps.lines for flow in activity.flows] == [0, 0]


def test_what_runs_leave_alone_is_not_missing(
    with_steps: StepsExport, flow: Flow, counts: StepCounts
) -> None:
    store, span = DirectoryStore(with_steps.root), Span(_START, _START + timedelta(days=30))
    wanted = Wanted(span, steps_from=with_steps.now)

    activity = read_activity(store, wanted, 2, Heartbeat())

    (later,) = (each.steps for each in activity.flows if each.flow_sid == flow.sid)
    assert (later.without_line, later.lines) == (0, counts.lines)
