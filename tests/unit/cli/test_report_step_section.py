"""What the report shows of Steps, and that a widget's name stays text."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from studio_export_cli.flow_names import FlowNames
from studio_export_cli.report.activity import FlowActivity
from studio_export_cli.report.charts import NARROW
from studio_export_cli.report.drawing import Drawing, Rect, Text
from studio_export_cli.report.funnel import parse_stages
from studio_export_cli.report.step_counts import StepCounts
from studio_export_cli.report.step_lines import Step, StepLine
from studio_export_cli.report.step_section import drawings, step_sections
from studio_export_cli.report.step_tables import completeness, path_note, revision_table

_CREATED = datetime(2026, 11, 23, 14, tzinfo=UTC)
_ATTACK = "</text><script>alert(1)</script>"
_SID = "FW" + "1" * 32


def _counts(executions: int = 4, widget: str = "menu") -> StepCounts:
    """Count calls: every second one times out in the menu, and one fails."""
    counts = StepCounts(ended=executions)
    for number in range(executions):
        event = "timeout" if number % 2 else "keypress"
        events = [("Trigger", "incomingCall", widget), (widget, event, "queue")]
        events.append(("queue", "failedToEnqueue" if number == 0 else "callComplete", "Ended"))
        steps = [
            Step(name, source, target, (_CREATED + timedelta(seconds=10 * n)).isoformat())
            for n, (source, name, target) in enumerate(events)
        ]
        counts.add(StepLine(f"FN{number}", steps[::-1]), _CREATED, 1 + number % 2)
    return counts


def _flow(counts: StepCounts, number: int = 1) -> FlowActivity:
    return FlowActivity(f"FW{number:032x}", steps=counts)


def _drawing(title: str, counts: StepCounts | None = None) -> Drawing:
    return next(each for each in drawings(counts or _counts(), ()) if each.title == title)


def _lengths(drawing: Drawing, kind: str) -> list[float]:
    return [each.width for each in drawing.items if isinstance(each, Rect) and each.kind == kind]


def test_bars_are_as_long_as_their_counts() -> None:
    drawing = _drawing("Funnel", _counts(8))
    assert _lengths(drawing, "bar") == [NARROW, NARROW, NARROW]
    ended, failed = (_lengths(_drawing("Where they leave"), kind) for kind in ("bar", "none"))
    assert ended == [NARROW]
    assert failed == [pytest.approx(NARROW / 3)]


def test_failures_and_time_outs_stand_side_by_side() -> None:
    drawing = _drawing("Errors and time-outs")
    assert drawing.table
    assert drawing.table.rows == [
        ["menu", "4", "0", "2"],
        ["queue", "4", "1", "0"],
        ["Trigger", "4", "0", "0"],
    ]
    assert _lengths(drawing, "part") == [NARROW, pytest.approx(NARROW / 2)]


def test_a_flow_without_a_failure_has_no_bar_for_it() -> None:
    counts = StepCounts(ended=1)
    counts.add(StepLine("FN", [Step("next", "a", "b")]), _CREATED, 1)
    drawing = _drawing("Errors and time-outs", counts)
    assert (drawing.note, drawing.items) == ("No widget failed or timed out.", [])


def test_the_time_in_a_widget_is_its_median_and_its_95th_percentile() -> None:
    drawing = _drawing("Time in each widget")
    assert drawing.table
    assert drawing.table.rows[:2] == [
        ["Trigger", "4", "0 s", "0 s"],
        ["menu", "4", "10 s", "10 s"],
    ]
    names = [each.text for each in drawing.items if isinstance(each, Text) and each.kind == "name"]
    assert names == ["menu", "queue"]  # the trigger takes no time


def test_a_long_name_leaves_room_for_its_number() -> None:
    drawing = _drawing("Where they leave", _counts(widget="m" * 300))
    texts = [each.text for each in drawing.items if isinstance(each, Text)]
    pairs = zip(texts[::2], texts[1::2], strict=True)
    assert all(len(name) + len(value) <= 50 for name, value in pairs)


def test_revisions_come_newest_first_with_the_goal_of_the_funnel() -> None:
    table = revision_table(_counts(), ["queue"])
    assert table.headings[-1] == "Reached queue"
    assert table.rows == [
        ["2", "2", "0, 0.0%", "2, 100.0%", "2, 100.0%"],
        ["1", "2", "1, 50.0%", "0, 0.0%", "2, 100.0%"],
    ]


def test_it_says_how_many_executions_have_no_steps() -> None:
    counts = _counts(4)
    assert completeness(counts) == "Steps of 4 of 4 Executions that ended."
    counts.ended = 9
    counts.add(StepLine("FN", None, "deleted"), _CREATED, 1)
    assert "4 of 9 Executions" in completeness(counts)
    assert "4 without a line" in completeness(counts)
    assert "1 missing" in completeness(counts)


def test_it_says_how_many_took_other_paths_and_when_paths_were_dropped() -> None:
    counts = _counts(4)
    assert "other paths" not in path_note(counts)
    for number in range(30):
        counts.add(StepLine("FN", [Step("next", "a", f"w{number}")]), _CREATED, 1)
    assert "21 Executions took other paths" in path_note(counts)
    assert "too low" not in path_note(counts)
    counts.paths.slack, counts.paths.left_out = 2, 17
    assert "may be 2 too low, and 17 Executions took rare ones" in path_note(counts)


def test_a_flow_without_steps_has_no_section() -> None:
    assert step_sections([_flow(StepCounts(ended=3))], FlowNames(), ()) == ""


def test_a_section_has_the_name_and_the_sid() -> None:
    page = step_sections([_flow(_counts())], FlowNames.of({f"FW{1:032x}": "A & B"}), ())
    assert "Inside A &amp; B" in page
    assert f"FW{1:032x}" in page


def test_only_the_busiest_flows_are_drawn_and_it_says_so() -> None:
    page = step_sections([_flow(_counts(), number) for number in range(9)], FlowNames(), ())
    assert page.count("<h2 class=") == 6
    assert "The Steps of 3 more Flows are not shown" in page


def test_stages_that_nobody_in_a_flow_came_to_give_way_to_its_own() -> None:
    flows = [_flow(_counts())]
    assert "queue/other" in step_sections(flows, FlowNames(), parse_stages("menu,queue/other"))
    assert "nowhere" not in step_sections(flows, FlowNames(), parse_stages("nowhere"))


def test_a_hostile_widget_stays_text() -> None:
    counts = _counts(widget=_ATTACK)
    page = step_sections(
        [_flow(counts)], FlowNames.of({_SID: _ATTACK}), parse_stages(_ATTACK.replace("/", ""))
    )
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    ET.fromstring(f"<div>{page}</div>")  # noqa: S314  our own
