from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from studio_export.model import Span
from studio_export_cli.flow_names import FlowNames
from studio_export_cli.report import charts
from studio_export_cli.report.activity import HOURS_OF_WEEK, Activity, FlowActivity
from studio_export_cli.report.drawing import Drawing, Rect, Table, svg
from studio_export_cli.report.scale import format_count, format_seconds, percentile, round_up

FIRST = date(2026, 11, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(30)]
START = datetime(2026, 11, 1, tzinfo=UTC)


def flow(number: int, count: int) -> FlowActivity:
    made = FlowActivity(f"FW{number:032x}")
    made.ended[FIRST] = count
    made.open[DAYS[3]] = 1
    made.seconds.extend([5, 90, 90, 1_000_000])
    return made


def activity(*flows: FlowActivity) -> Activity:
    hours = [0] * HOURS_OF_WEEK
    hours[25] = 9
    return Activity(Span(START, START + timedelta(days=30)), DAYS, flows, hours)


def heights(drawing: Drawing, kind: str) -> list[float]:
    return [item.height for item in drawing.items if isinstance(item, Rect) and item.kind == kind]


@pytest.mark.parametrize(
    ("value", "parts", "wanted"),
    [(0, 4, 4), (3, 4, 4), (5, 4, 8), (1410, 4, 2000), (999, 2, 1000), (1001, 4, 2000)],
)
def test_an_axis_ends_at_the_next_round_number(value: int, parts: int, wanted: int) -> None:
    assert round_up(value, parts) == wanted


def test_an_axis_falls_into_whole_parts_and_is_not_too_long() -> None:
    for value in range(1, 3000):
        whole = round_up(value, 4)
        assert value <= whole <= max(4, 2.5 * value)
        assert whole % 4 == 0


def test_numbers_are_short() -> None:
    assert [format_count(each) for each in (0, 950, 1000, 1250, 13_000, 4_500_000)] == [
        *("0", "950", "1k", "1.25k", "13k", "4.5M")
    ]
    assert [format_seconds(each) for each in (0, 45, 210, 7200, 86_400 * 12)] == [
        *("0 s", "45 s", "3.5 min", "2 h", "12 d")
    ]


def test_a_percentile_is_a_value_that_occurs() -> None:
    assert [percentile([1, 2, 3, 10], share) for share in (0.01, 0.5, 0.9, 1)] == [1, 2, 10, 10]
    assert percentile([], 0.5) is None


def test_the_bars_of_a_day_stand_on_each_other_and_their_heights_are_the_counts() -> None:
    drawing = charts.days(activity(flow(1, 60), flow(2, 20)), FlowNames(), charts.WIDE)

    (large, _), (small, _) = heights(drawing, "c0"), heights(drawing, "c1")
    assert large / small == pytest.approx(3)
    assert drawing.table
    assert drawing.table.rows[0] == [str(FIRST), "60", "20", "80"]


def test_a_single_day_is_a_bar_and_no_wall() -> None:
    one = flow(1, 60)
    day = Activity(Span(START, START + timedelta(days=1)), [FIRST], [one], [0] * HOURS_OF_WEEK)

    drawing = charts.days(day, FlowNames(), charts.WIDE)

    (bar,) = (item for item in drawing.items if isinstance(item, Rect))
    assert bar.width < charts.WIDE / 10
    assert bar.x + bar.width / 2 == pytest.approx(charts.WIDE / 2, abs=20)


def test_more_flows_than_there_are_colours_are_one_series() -> None:
    many = activity(*(flow(number, 1) for number in range(9)))

    drawing = charts.days(many, FlowNames(), charts.NARROW)

    assert [kind for kind, _ in drawing.legend] == [f"c{number}" for number in range(7)]
    assert drawing.legend[-1][1] == "3 other Flows"


def test_executions_that_have_not_ended_have_their_own_bar() -> None:
    drawing = charts.flow_days(activity(), flow(1, 4), FlowNames(), 0)

    assert len(heights(drawing, "open")) == 1
    assert drawing.table
    assert drawing.table.rows[3] == [str(DAYS[3]), "0", "1"]


def test_durations_fall_into_the_right_rows() -> None:
    table = charts.durations(activity(flow(1, 4))).table

    assert table
    counts = {name: count for name, count in table.rows if count != "0"}
    assert counts == {"under 10 s": "1", "1 min to 2 min": "2", "over 7 d": "1"}


def test_the_week_has_a_square_for_each_hour_and_the_busiest_is_the_darkest() -> None:
    drawing = charts.week(activity(flow(1, 9)))

    (busiest,) = (
        item for item in drawing.items if isinstance(item, Rect) and item.title.endswith(": 9")
    )
    assert (busiest.kind, busiest.title) == ("h5", "Tue 01:00: 9")
    assert sum(isinstance(item, Rect) and bool(item.title) for item in drawing.items) == 168


def test_svg_is_well_formed_with_hostile_texts() -> None:
    drawing = Drawing('a "title" <b>', 10, 10)
    drawing.rect(0, 0, (-1, 2), "bar", "<script>alert(1)</script>")
    drawing.text(0, 0, "</svg>&")
    drawing.table = Table([], [])

    root = ET.fromstring(svg(drawing))  # noqa: S314  our own

    assert root.attrib["aria-label"] == 'a "title" <b>'
    assert [element.tag for element in root.iter()] == ["svg", "rect", "title", "text"]
