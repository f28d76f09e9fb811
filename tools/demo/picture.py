"""The demo's pictures: Executions per hour, their age at their final line, and a funnel."""

# matplotlib.dates has no types.
# mypy: disable-error-code="no-untyped-call"

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")  # no display needed

import matplotlib.dates
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, DayLocator, WeekdayLocator
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from studio_export.export.ages import DAY, HOUR, MINUTE
from studio_export_cli.report.funnel import Funnel
from tools.demo.audit import FlowAudit, promised

# By Okabe and Ito: distinguishable with every colour vision.
_COLOURS = ("#0072B2", "#D17F00", "#009E73")
_INK, _FAINT = "#333333", "#999999"
_MARKS = {MINUTE: "1 min", 10 * MINUTE: "10 min", HOUR: "1 h", 6 * HOUR: "6 h", DAY: "1 d"}
_MARKS |= {7 * DAY: "7 d"}
_STYLE: Any = {
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlepad": 12,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


def draw(
    audits: Sequence[FlowAudit], funnel: Funnel, first_run: datetime, last_run: datetime, to: Path
) -> None:
    """Draw the pictures; the funnel is of the first Flow."""
    with plt.rc_context(_STYLE):
        figure = plt.figure(figsize=(12, 8.2), layout="constrained")
        halves: Any = figure.subfigures(2, 1, height_ratios=(1, 1.1), hspace=0.04)
        top, bottom = halves
        quarters: Any = bottom.subfigures(1, 2, wspace=0.03)
        left, right = quarters
        rows = top.subplots(len(audits), 1, sharex=True)
        for row, audit, colour in zip(rows, audits, _COLOURS, strict=True):
            _traffic(row, audit, colour, (first_run, last_run))
        rows[0].set_title("Executions per hour, by Flow")
        rows[0].annotate(
            "the demo: one run\nevery 15 minutes",
            (mpl.dates.date2num(first_run), rows[0].get_ylim()[1]),
            xytext=(-6, 0),
            textcoords="offset points",
            ha="right",
            va="top",
        )
        _ages(left.subplots(), audits, first_run)
        _funnel(right.subplots(), audits[0].flow.name, funnel)
        figure.savefig(to, dpi=110, pil_kwargs={"optimize": True})
        plt.close(figure)


def _traffic(axes: Axes, audit: FlowAudit, colour: str, day: tuple[datetime, datetime]) -> None:
    start, stop = day[0] - timedelta(days=30), day[1]
    hours = [start + timedelta(hours=n) for n in range((stop - start) // timedelta(hours=1))]
    x, counts = mpl.dates.date2num(hours), _per_hour(audit, hours)
    axes.fill_between(x, counts, color=colour, linewidth=0)
    axes.axvspan(*mpl.dates.date2num(day), color=_FAINT, alpha=0.2, linewidth=0)
    axes.set_xlim(x[0], mpl.dates.date2num(stop))
    axes.set_ylim(0, 1.45 * max(counts))
    axes.yaxis.set_major_locator(MaxNLocator(2, integer=True))
    axes.text(
        0.012,
        0.92,
        audit.flow.name,
        color=colour,
        weight="bold",
        va="top",
        transform=axes.transAxes,
    )
    axes.xaxis.set_major_locator(WeekdayLocator(byweekday=0))
    axes.xaxis.set_minor_locator(DayLocator())
    axes.xaxis.set_major_formatter(DateFormatter("%a %-d %b"))


def _per_hour(audit: FlowAudit, hours: Sequence[datetime]) -> list[int]:
    counts = Counter(each.created.replace(minute=0, second=0) for each in audit.flow.executions)
    return [counts[hour] for hour in hours]


def _ages(axes: Axes, audits: Sequence[FlowAudit], first_run: datetime) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    for audit, colour in zip(audits, _COLOURS, strict=True):
        ended = [
            (each, (each.ends_at - each.created).total_seconds())
            for each in audit.flow.executions
            if each.ends_at and each.ends_at > first_run and each.sid in audit.final_at
        ]
        final = [(audit.final_at[each.sid] - each.created).total_seconds() for each, _ in ended]
        axes.scatter([age for _, age in ended], final, s=7, color=colour, alpha=0.55, linewidths=0)
    _bounds(axes)
    axes.set_title("Age at the final line")
    axes.set_xlabel("age at the end of the Execution")
    axes.set_ylabel("age when its final line was written")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(FixedLocator(list(_MARKS)))
        axis.set_minor_locator(NullLocator())
        axis.set_ticklabels(list(_MARKS.values()))
    axes.grid(color=_FAINT, alpha=0.2)
    axes.set_axisbelow(True)


def _funnel(axes: Axes, name: str, funnel: Funnel) -> None:
    names = ["began", *(" or ".join(stage.widgets) for stage in funnel.stages)]
    counts = [funnel.began, *(stage.executions for stage in funnel.stages)]
    axes.barh(names, counts, color=_COLOURS[0], height=0.62)
    for place, count in enumerate(counts):
        text = f"{count:,}, {count / max(1, funnel.began):.0%}"
        axes.annotate(text, (count, place), (5, 0), textcoords="offset points", va="center")
    axes.set_title(f"{name}: who came to each widget, by its Steps")
    axes.set_xlim(0, 1.22 * max(counts))
    axes.invert_yaxis()
    axes.xaxis.set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.spines[["bottom", "left"]].set_visible(False)


def _bounds(axes: Axes) -> None:
    ages = np.geomspace(5, 14 * DAY, 200)
    latest = [promised(timedelta(seconds=age)).total_seconds() for age in ages]
    axes.plot(ages, latest, color=_INK, linewidth=1.2)
    axes.plot(ages, ages, color=_FAINT, linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate("promised", (5.5, 19 * MINUTE), ha="left", va="bottom")
    axes.annotate("at once", (3 * MINUTE, 2.2 * MINUTE), ha="left", va="top", color="#777777")
    axes.set_xlim(5, 14 * DAY)
    axes.set_ylim(MINUTE, 16 * DAY)
