"""A drawing as PNG, by matplotlib, which brings its own font. It needs the extra `report`."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import Any, NamedTuple

from studio_export_cli.report.drawing import Drawing, Line, Rect, Text
from studio_export_cli.report.style import LIGHT

_DPI = 144  # two pixels for one of the page
_POINTS = 72 / 96
_MARGIN, _HEAD, _LEGEND = 16, 34, 22


class Plot(NamedTuple):
    figure: Any
    patches: Any
    lines: Any


def plot() -> Plot | None:
    """The library, if it is installed. `Figure` alone draws without a window or a global."""
    if find_spec("matplotlib") is None:
        return None
    return Plot(*(import_module(f"matplotlib.{name}") for name in ("figure", "patches", "lines")))


def png(plot: Plot, drawing: Drawing) -> bytes:
    head = _HEAD + (_LEGEND if drawing.legend else 0)
    width, height = drawing.width + 2 * _MARGIN, drawing.height + 2 * _MARGIN + head
    figure = plot.figure.Figure(
        figsize=(width / 96, height / 96), dpi=_DPI, facecolor=LIGHT["card"]
    )
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-_MARGIN, drawing.width + _MARGIN)
    axes.set_ylim(drawing.height + _MARGIN, -_MARGIN - head)
    axes.axis("off")
    axes.text(
        0, -head + 10, drawing.title, fontsize=15 * _POINTS, weight="bold", color=LIGHT["ink"]
    )
    for item in (*drawing.items, *_legend(drawing)):
        _draw(plot, axes, item)
    body = BytesIO()
    figure.savefig(body, format="png", dpi=_DPI, metadata={"Software": None})
    return body.getvalue()


def _legend(drawing: Drawing) -> Iterator[Rect | Text]:
    for number, (kind, name) in enumerate(drawing.legend):
        x = number * 110
        yield Rect(x, -_LEGEND, 11, 11, kind)
        yield Text(x + 17, -_LEGEND + 10, name)


def _draw(plot: Plot, axes: Any, item: Rect | Line | Text) -> None:
    match item:
        case Rect():
            place = (item.x, item.y), item.width, item.height
            colour = LIGHT[item.kind]
            axes.add_patch(plot.patches.Rectangle(*place, color=colour, linewidth=0))
        case Line(start=(x1, y1), stop=(x2, y2)):
            colour = LIGHT["soft" if item.kind == "axis" else "grid"]
            axes.add_line(
                plot.lines.Line2D((x1, x2), (y1, y2), color=colour, linewidth=0.8, zorder=0.5)
            )
        case Text():
            colour = LIGHT["ink" if item.kind == "number" else "soft"]
            anchor = {"start": "left", "middle": "center", "end": "right"}[item.anchor]
            points = 10.5 * _POINTS
            axes.text(
                item.x, item.y, item.text, ha=anchor, va="baseline", fontsize=points, color=colour
            )
