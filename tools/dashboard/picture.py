"""Widgets on CloudWatch's grid of 24 columns, with what they would show."""

# matplotlib.dates has no types.
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")  # a file, wherever this runs

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, DayLocator, date2num
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tools.dashboard.month import Month
from tools.dashboard.series import Series, series
from tools.dashboard.tables import Table, table

_COLUMN, _ROW = 0.56, 0.46  # inches of a cell
_COLUMNS = 24
_GAP = 0.07
_INK, _FAINT, _PAPER = "#16191f", "#687078", "#f2f3f3"
_COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b")
_RED, _GREEN = "#d13212", "#1d8102"
_STYLE: Any = {
    "font.size": 8,
    "text.color": _INK,
    "axes.edgecolor": "#d5dbdb",
    "axes.labelcolor": _FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "xtick.color": _FAINT,
    "ytick.color": _FAINT,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "ytick.left": False,
}


def draw(
    widgets: Sequence[Mapping[str, Any]], states: Mapping[str, str], month: Month, to: Path
) -> None:
    rows = max(widget["y"] + widget["height"] for widget in widgets)
    with plt.rc_context(_STYLE):
        figure = plt.figure(figsize=(_COLUMNS * _COLUMN, rows * _ROW), facecolor=_PAPER)
        for widget in widgets:
            card = _Card(figure, widget, rows)
            if widget["type"] == "alarm":
                _alarms(card, states)
            elif widget["type"] == "log":
                _table(card, table(widget["properties"]["query"], month))
            elif widget["properties"]["view"] == "singleValue":
                _numbers(card, series(widget, month.metrics, month.seconds))
            else:
                _lines(card, series(widget, month.metrics, month.seconds), month)
        figure.savefig(to, dpi=90, facecolor=_PAPER)
        plt.close(figure)
    _reduce(to)


class _Card:
    """A widget's white card, with its title; `inches` places axes in it."""

    def __init__(self, figure: Figure, widget: Mapping[str, Any], rows: int) -> None:
        self.figure = figure
        self.properties = widget["properties"]
        self.width = widget["width"] * _COLUMN - _GAP
        self.height = widget["height"] * _ROW - _GAP
        self._left = widget["x"] * _COLUMN + _GAP / 2
        self._bottom = (rows - widget["y"] - widget["height"]) * _ROW + _GAP / 2
        self._size = (_COLUMNS * _COLUMN, rows * _ROW)
        card = self.inches(0, 0, self.width, self.height)
        card.axis("off")
        card.add_patch(
            FancyBboxPatch(
                (0, 0), 1, 1, boxstyle="square,pad=0", fc="white", ec="#d5dbdb", lw=0.8,
                transform=card.transAxes, clip_on=False,
            )
        )  # fmt: skip
        title = self.properties["title"]
        card.text(
            0.1 / self.width, 1 - 0.09 / self.height, title, weight="bold", va="top", size=8.5
        )

    def inches(self, left: float, bottom: float, width: float, height: float) -> Axes:
        x, y = self._left + left, self._bottom + bottom
        of_width, of_height = self._size
        return self.figure.add_axes(
            (x / of_width, y / of_height, width / of_width, height / of_height)
        )


@contextmanager
def _bare(axes: Axes) -> Iterator[Axes]:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.axis("off")
    yield axes


def _alarms(card: _Card, states: Mapping[str, str]) -> None:
    names = [arn.rpartition(":")[2] for arn in card.properties["alarms"]]
    across = 5
    down = -(-len(names) // across)
    with _bare(card.inches(0.1, 0.08, card.width - 0.2, card.height - 0.4)) as axes:
        for n, name in enumerate(names):
            x, y = (n % across) / across, 1 - (n // across + 1) / down
            shown = next(each for each in states if each.lower() == name)
            loud = states[shown] == "ALARM"
            axes.add_patch(
                FancyBboxPatch(
                    (x + 0.003, y + 0.04), 1 / across - 0.006, 1 / down - 0.08,
                    boxstyle="square,pad=0", fc=_RED if loud else "white",
                    ec=_RED if loud else _GREEN, lw=1,
                )
            )  # fmt: skip
            ink = "white" if loud else _INK
            middle = y + 0.5 / down
            axes.text(x + 0.012, middle, shown, va="center", color=ink, size=8)
            state = "In alarm" if loud else "OK"
            axes.text(
                x + 1 / across - 0.012, middle, state, va="center", ha="right",
                color="white" if loud else _GREEN, weight="bold", size=7.5,
            )  # fmt: skip


def _numbers(card: _Card, shown: Sequence[Series]) -> None:
    with _bare(card.inches(0.1, 0.05, card.width - 0.2, card.height - 0.35)) as axes:
        for n, one in enumerate(shown):
            x = n / len(shown)
            last = one.values[~np.isnan(one.values)][-1]
            axes.text(x, 0.42, f"{last:,.0f}", size=20, va="bottom")
            axes.plot([x, x], [0.08, 0.26], color=_COLOURS[n], lw=3, solid_capstyle="butt")
            axes.text(x + 0.006, 0.17, one.label, va="center", color=_FAINT, size=8)


def _lines(card: _Card, shown: Sequence[Series], month: Month) -> None:
    axes = card.inches(0.52, 0.56, card.width - 0.72, card.height - 0.95)
    base = np.zeros(0)
    for one, colour in zip(shown, _COLOURS, strict=False):
        first = int(month.shown_from // one.period_seconds)
        values = one.values[first:]
        x = date2num(
            [month.when((n + first + 0.5) * one.period_seconds) for n in range(len(values))]
        )
        if card.properties.get("stacked"):
            base = base if len(base) else np.zeros(len(values))
            top = base + np.nan_to_num(values)
            axes.fill_between(
                x, base, top, color=colour, alpha=0.75, lw=0, step="mid", label=one.label
            )
            base = top
        else:
            axes.plot(x, values, color=colour, lw=1.1, label=one.label)
    for each in card.properties.get("annotations", {}).get("horizontal", []):
        axes.axhline(each["value"], color=_RED, lw=0.9, ls=(0, (4, 2)))
        axes.annotate(
            each["label"], (1, each["value"]), xycoords=("axes fraction", "data"),
            xytext=(0, 2), textcoords="offset points", ha="right", color=_RED, size=7,
        )  # fmt: skip
    limits = card.properties["yAxis"]["left"]
    axes.set_ylim(limits["min"], limits.get("max", 1.12 * max(axes.get_ylim()[1], 1e-9)))
    axes.set_xlim(date2num(month.when(month.shown_from)), date2num(month.when(month.seconds)))
    narrow = card.width < 3  # noqa: PLR2004  inches
    _scales(axes, narrow=narrow)
    axes.legend(
        loc="upper left", bbox_to_anchor=(-0.02, -0.09), ncols=1 if narrow else 3, frameon=False,
        fontsize=7, handlelength=0.9, handletextpad=0.4, columnspacing=1.2, borderpad=0.2,
        labelspacing=0.25,
    )  # fmt: skip


def _scales(axes: Axes, *, narrow: bool) -> None:
    axes.xaxis.set_major_locator(DayLocator(interval=15 if narrow else 5))
    axes.xaxis.set_major_formatter(DateFormatter("%-d %b"))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(_short))
    axes.grid(axis="y", color="#eaeded", lw=0.8)
    axes.set_axisbelow(True)


def _short(value: float, _: object) -> str:
    if abs(value) >= 10_000:  # noqa: PLR2004
        return f"{value / 1000:,.0f} k"
    return f"{value:,.0f}" if value == int(value) else f"{value:.3g}"


def _table(card: _Card, shown: Table) -> None:
    top, step = card.height - 0.42, 0.2
    with _bare(card.inches(0.12, 0.08, card.width - 0.24, top)) as axes:
        for n, (row, ink) in enumerate(
            [(shown.header, _FAINT), *((row, _INK) for row in shown.rows)]
        ):
            y = 1 - (n + 0.5) * step / top
            if y < 0:
                break
            for text, x, right in zip(row, shown.places, shown.right, strict=True):
                axes.text(
                    x, y, text, va="center", ha="right" if right else "left", color=ink, size=7
                )
            axes.plot([0, 1], [y - 0.5 * step / top] * 2, color="#eaeded", lw=0.7)


def _reduce(to: Path) -> None:
    """Fewer colours: a third of the bytes."""
    from PIL import Image  # noqa: PLC0415  comes with matplotlib

    with Image.open(to) as image:
        image.convert("RGB").quantize(200).save(to, optimize=True)
