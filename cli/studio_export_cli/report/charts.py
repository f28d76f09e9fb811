"""Draw the charts of a report. Pure.

All but the first are as wide as a phone, and stand side by side where there is room.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from studio_export_cli.flow_names import FlowNames
from studio_export_cli.report.activity import Activity, FlowActivity
from studio_export_cli.report.drawing import Drawing, Table
from studio_export_cli.report.scale import (
    day_name,
    format_count,
    format_seconds,
    percentile,
    round_up,
)

NARROW, WIDE = 340, 1060
MAX_FLOWS = 6  # Flows with a colour and a chart of their own

_GRID_PARTS = 4
_MAX_BAR = 48.0
_LEFT, _RIGHT = 34, 4
_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HEATS = 6
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_BOUNDS = (
    *(10, 30, _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE),
    *(_HOUR, 3 * _HOUR, 12 * _HOUR, _DAY, 7 * _DAY),
)


def days(activity: Activity, names: FlowNames, width: int) -> Drawing:
    """Draw the Executions per day, by Flow; the smaller Flows as one."""
    height = 240 if width == WIDE else 200
    drawing = Drawing("Executions per day and Flow", width, height)
    drawing.note = "By the day of creation, in UTC."
    series = _series(activity, names)
    drawing.legend = [(f"c{colour}", name) for colour, (name, _) in enumerate(series)]
    totals = [sum(counts[day] for _, counts in series) for day in activity.days]
    axis = _Axis(drawing, activity.days, max(totals, default=0), top=8, bottom=height - 22)
    for number, day in enumerate(activity.days):
        below = 0
        for colour, (name, counts) in enumerate(series):
            title = f"{day_name(day)}, {name}: {counts[day]:,}"
            axis.bar(number, below, counts[day], f"c{colour}", title)
            below += counts[day]
    drawing.table = Table(
        ["Day", *(name for name, _ in series), "All"],
        [
            [str(day), *(f"{counts[day]:,}" for _, counts in series), f"{total:,}"]
            for day, total in zip(activity.days, totals, strict=True)
        ],
    )
    return drawing


def _series(activity: Activity, names: FlowNames) -> list[tuple[str, Counter[date]]]:
    own, others = activity.flows[:MAX_FLOWS], activity.flows[MAX_FLOWS:]
    series = [(names.short(flow.flow_sid), flow.ended + flow.open) for flow in own]
    if others:
        rest: Counter[date] = sum((flow.ended + flow.open for flow in others), Counter())
        series.append((f"{len(others)} other Flows", rest))
    return series


def flow_days(activity: Activity, flow: FlowActivity, names: FlowNames, colour: int) -> Drawing:
    """Draw the ended Executions of each day, and above them the others."""
    name = names.name(flow.flow_sid)
    drawing = Drawing(name or flow.flow_sid, NARROW, 130, sid=name is None)
    drawing.note = "Executions per day; grey ones have no final line."
    if name:
        drawing.note += f" {flow.flow_sid}"
    most = max(((flow.ended + flow.open)[day] for day in activity.days), default=0)
    axis = _Axis(drawing, activity.days, most, top=6, bottom=108, parts=2)
    for number, day in enumerate(activity.days):
        ended, still = flow.ended[day], flow.open[day]
        axis.bar(number, 0, ended, f"c{colour}", f"{day_name(day)}: {ended:,} ended")
        axis.bar(number, ended, still, "open", f"{day_name(day)}: {still:,} not ended")
    drawing.table = Table(
        ["Day", "Ended", "Not ended"],
        [[str(day), f"{flow.ended[day]:,}", f"{flow.open[day]:,}"] for day in activity.days],
    )
    return drawing


class _Axis:
    """An axis of days to the right and counts upwards."""

    def __init__(  # noqa: PLR0913  a frame has four sides
        self,
        drawing: Drawing,
        days: Sequence[date],
        most: int,
        *,
        top: float,
        bottom: float,
        parts: int = _GRID_PARTS,
    ) -> None:
        self._drawing = drawing
        self._bottom = bottom
        self._slot = (drawing.width - _LEFT - _RIGHT) / max(1, len(days))
        whole = round_up(most, parts)
        self._unit = (bottom - top) / whole
        for part in range(parts + 1):
            y = bottom - part * (bottom - top) / parts
            drawing.line((_LEFT, y), (drawing.width - _RIGHT, y), "grid" if part else "axis")
            drawing.text(_LEFT - 5, y + 4, format_count(whole * part / parts), anchor="end")
        self._name(days)

    def _name(self, days: Sequence[date]) -> None:
        """Label the Mondays, or as many days as there is room for."""
        room = max(1, round(52 / self._slot))
        step = 7 * -(-room // 7) if len(days) > 14 else room  # noqa: PLR2004  two weeks
        first = next((n for n, day in enumerate(days) if not day.weekday()), 0)
        first = first if step % 7 == 0 else 0
        for number in range(first, len(days), step):
            x = _LEFT + (number + 0.5) * self._slot
            if x < self._drawing.width - 18:
                self._drawing.text(x, self._bottom + 16, day_name(days[number]), anchor="middle")

    def bar(self, number: int, below: int, count: int, kind: str, title: str) -> None:
        if not count:
            return
        width = min(self._slot - min(4.0, self._slot / 5), _MAX_BAR)
        x = _LEFT + (number + 0.5) * self._slot - width / 2
        y = self._bottom - (below + count) * self._unit
        self._drawing.rect(x, y, (width, count * self._unit), kind, title)


def durations(activity: Activity) -> Drawing:
    """Draw the number of Executions by duration."""
    row = 19
    drawing = Drawing("Durations", NARROW, row * (len(_BOUNDS) + 1) + 2)
    counts = Counter(
        bisect_right(_BOUNDS, seconds) for flow in activity.flows for seconds in flow.seconds
    )
    names = [
        f"under {format_seconds(_BOUNDS[0])}",
        *(f"{format_seconds(a)} to {format_seconds(b)}" for a, b in pairwise(_BOUNDS)),
        f"over {format_seconds(_BOUNDS[-1])}",
    ]
    left, room = 104, NARROW - 104 - 46
    most = max(counts.values(), default=1)
    for number, name in enumerate(names):
        y = number * row
        length = counts[number] / most * room
        drawing.text(left - 8, y + 14, name, anchor="end")
        drawing.rect(left, y + 3, (max(length, 1.0), row - 6), "bar", f"{name}: {counts[number]:,}")
        drawing.text(left + length + 6, y + 14, f"{counts[number]:,}", "number")
    drawing.table = Table(
        ["Duration", "Executions"],
        [[name, f"{counts[number]:,}"] for number, name in enumerate(names)],
    )
    return drawing


def week(activity: Activity) -> Drawing:
    """Draw the Executions created in each hour of the week, as squares."""
    cell, left, top = 12.4, 36, 18
    drawing = Drawing("Start times", NARROW, top + 7 * 16 + 26)
    drawing.note = "Executions created in each hour of the week, in UTC."
    most = max(activity.hours, default=0)
    for hour in range(0, 24, 6):
        drawing.text(left + hour * cell, 11, f"{hour:02}h")
    for number, count in enumerate(activity.hours):
        day, hour = divmod(number, 24)
        corner = left + hour * cell, top + day * 16
        title = f"{_WEEK[day]} {hour:02}:00: {count:,}"
        drawing.rect(*corner, (cell - 1.6, 14.4), f"h{_heat(count, most)}", title)
    for day, name in enumerate(_WEEK):
        drawing.text(left - 6, top + day * 16 + 11.5, name, anchor="end")
    y = top + 7 * 16 + 8
    drawing.text(left, y + 10, "0")
    for heat in range(_HEATS):
        drawing.rect(left + 14 + heat * cell, y, (cell - 1.6, 12), f"h{heat}")
    drawing.text(left + 18 + _HEATS * cell, y + 10, f"{most:,}")
    drawing.table = Table(
        ["Hour", *_WEEK],
        [
            [f"{hour:02}:00", *(f"{activity.hours[day * 24 + hour]:,}" for day in range(7))]
            for hour in range(24)
        ],
    )
    return drawing


def _heat(count: int, most: int) -> int:
    """Return 0 for none; else by the square root, so that small counts stay visible."""
    if not count:
        return 0
    return 1 + min(_HEATS - 2, int((count / most) ** 0.5 * (_HEATS - 1)))


def percentiles(flow: FlowActivity) -> list[str]:
    ascending = sorted(flow.seconds)
    values = [percentile(ascending, share) for share in (0.5, 0.9, 0.99, 1)]
    return ["-" if value is None else format_seconds(value) for value in values]


def statuses(activity: Activity) -> list[list[str]]:
    """Count the statuses, most frequent first."""
    counts: Counter[str] = sum((flow.statuses for flow in activity.flows), Counter())
    return [[status, f"{count:,}"] for status, count in counts.most_common()]
