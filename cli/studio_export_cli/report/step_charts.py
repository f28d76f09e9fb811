"""Draw what happened inside the Executions of a Flow. Pure."""

from collections.abc import Callable, Mapping
from math import log1p

from studio_export_cli.report.bars import Bar, draw_bars, stacked
from studio_export_cli.report.charts import NARROW
from studio_export_cli.report.drawing import Drawing, Table
from studio_export_cli.report.funnel import Funnel
from studio_export_cli.report.scale import format_seconds, quantile
from studio_export_cli.report.step_counts import UNSAID, StepCounts, WidgetCounts, has_failed

_MAX_BARS = 10
_HANGUP = "hangup"


def ends(counts: StepCounts) -> Drawing:
    """Draw where the Executions ended, and how."""
    ranked = sorted(counts.ends.items(), key=lambda each: (-each[1], each[0]))
    most = max(counts.ends.values(), default=1)
    bars = [
        Bar(
            f"{widget}: {event}",
            _share(executions, counts.executions),
            [(_kind_of(event), executions / most)],
        )
        for (widget, event), executions in ranked[:_MAX_BARS]
    ]
    drawing = draw_bars("Where they leave", NARROW, bars)
    drawing.note = "The last widget, and the event that ended it. Where no Step says how, somebody"
    drawing.note += " hung up, as far as is known."
    drawing.legend = [("bar", "ended by the Flow"), ("part", "hung up"), ("none", "failed")]
    drawing.table = Table(
        ["Widget", "How", "Executions"],
        [[widget, event, f"{executions:,}"] for (widget, event), executions in ranked],
    )
    return drawing


def _kind_of(event: str) -> str:
    if has_failed(event):
        return "none"
    return "part" if event in {_HANGUP, UNSAID} else "bar"


def funnel(found: Funnel) -> Drawing:
    """Draw how many reached each widget after the ones before."""
    rows = [("began", found.began)]
    rows += [("/".join(stage.widgets), stage.executions) for stage in found.stages]
    began = max(1, found.began)
    bars = [Bar(name, _share(n, found.began), [("bar", n / began)]) for name, n in rows]
    drawing = draw_bars("Funnel", NARROW, bars)
    drawing.note = "Executions that reached each widget after the ones above it."
    if found.revision is not None:
        drawing.note += f" Revision {found.revision}, the way that most go."
    if found.left_out:
        drawing.note += f" {found.left_out:,} with rare paths are not counted."
    drawing.table = Table(
        ["Widget", "Executions", "Of all"],
        [[name, f"{n:,}", f"{n / began:.1%}"] for name, n in rows],
    )
    return drawing


def times(counts: StepCounts) -> Drawing:
    """Draw the median and the 95th percentile of the time in each widget."""
    ranked = _ranked(counts.widgets, key=lambda each: each.times)
    found = [(name, *_quantiles(widget)) for name, widget in ranked]
    shown = [each for each in found if each[2]][:_MAX_BARS]
    longest = log1p(max((p95 for *_, p95 in shown), default=1))
    bars = [
        Bar(
            name,
            f"{format_seconds(median)}, p95 {format_seconds(p95)}",
            [("open", log1p(p95) / longest), ("bar", log1p(median) / longest)],
        )
        for name, median, p95 in shown
    ]
    drawing = draw_bars("Time in each widget", NARROW, bars)
    drawing.note = "On a logarithmic scale; widgets that take no time are in the numbers alone."
    drawing.legend = [("bar", "median"), ("open", "95th percentile (p95)")]
    drawing.table = Table(
        ["Widget", "Stays", "Median", "p95"],
        [
            [name, f"{widget.times:,}", format_seconds(median), format_seconds(p95)]
            for (name, widget), (_, median, p95) in zip(ranked, found, strict=True)
        ],
    )
    return drawing


def errors(counts: StepCounts) -> Drawing:
    """Draw how often each widget failed or timed out."""
    ranked = _ranked(counts.widgets, key=_went_wrong)
    shown = [each for each in ranked if _went_wrong(each[1])][:_MAX_BARS]
    most = max((_went_wrong(widget) for _, widget in shown), default=1)
    bars = [
        Bar(
            name,
            f"{_went_wrong(widget):,} of {widget.times:,}",
            stacked(("none", widget.failed / most), ("part", widget.timed_out / most)),
        )
        for name, widget in shown
    ]
    drawing = draw_bars("Errors and time-outs", NARROW, bars)
    drawing.note = "By widget." if bars else "No widget failed or timed out."
    drawing.legend = [("none", "failed"), ("part", "timed out")] if bars else ()
    drawing.table = Table(
        ["Widget", "Times", "Failed", "Timed out"],
        [
            [name, f"{widget.times:,}", f"{widget.failed:,}", f"{widget.timed_out:,}"]
            for name, widget in ranked
        ],
    )
    return drawing


def _went_wrong(widget: WidgetCounts) -> int:
    return widget.failed + widget.timed_out


def _ranked(
    widgets: Mapping[str, WidgetCounts], key: Callable[[WidgetCounts], int]
) -> list[tuple[str, WidgetCounts]]:
    return sorted(widgets.items(), key=lambda each: (-key(each[1]), each[0]))


def _quantiles(widget: WidgetCounts) -> tuple[float, float]:
    median, p95 = (quantile(widget.seconds, share) for share in (0.5, 0.95))
    return median or 0.0, p95 or 0.0


def _share(part: int, whole: int) -> str:
    return f"{part:,}, {part / max(1, whole):.0%}"
