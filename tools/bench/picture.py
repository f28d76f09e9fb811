"""Draw the figures as bars: the length is the share of the limit that is used."""

from pathlib import Path

from matplotlib.figure import Figure as Canvas

from tools.bench.figure import Figure

_GOOD, _BAD, _INK, _PALE, _LIMIT = "#2a7f8e", "#c8553d", "#22303c", "#e9eef1", 1.0
_MAX_SHARE = 1.5  # longer bars are cut here


def draw(figures: list[Figure], path: Path) -> None:
    """Write a PNG of the figures that have a limit."""
    bars = [figure for figure in figures if figure.must is not None][::-1]
    canvas = Canvas(figsize=(10.5, 0.42 * len(bars) + 1.5), dpi=110)
    axes = canvas.add_axes((0.47, 0.085, 0.39, 0.82))
    for row, figure in enumerate(bars):
        low, high = sorted(_share(figure, value) for value in figure.extremes)
        axes.barh(row, _MAX_SHARE, height=0.62, color=_PALE, zorder=1)
        color = _GOOD if figure.met else _BAD
        axes.barh(row, min(figure.share, _MAX_SHARE), height=0.62, color=color, zorder=2)
        span = [min(low, _MAX_SHARE), min(high, _MAX_SHARE)]
        axes.plot(span, [row, row], color=_INK, linewidth=1.3, zorder=3, solid_capstyle="butt")
        axes.text(-0.02, row, figure.name, ha="right", va="center", fontsize=8.5, color=_INK)
        axes.text(
            _MAX_SHARE + 0.03,
            row,
            figure.formatted,
            va="center",
            fontsize=9,
            weight="bold",
            color=color,
        )
        axes.text(_MAX_SHARE + 0.31, row, figure.limit, va="center", fontsize=8, color="#7b8a94")
    axes.axvline(_LIMIT, color=_INK, linewidth=1, linestyle=(0, (4, 3)), zorder=4)
    axes.text(_LIMIT, len(bars) - 0.35, "limit", ha="center", fontsize=8.5, color=_INK)
    axes.set_xlim(0, _MAX_SHARE)
    axes.set_ylim(-0.6, len(bars) - 0.4)
    axes.axis("off")
    canvas.text(0.015, 0.955, "Cost as a share of its limit", fontsize=13, weight="bold")
    note = "a shorter bar is better; the line is the range over the rounds"
    canvas.text(0.015, 0.025, note, fontsize=8.5, color="#7b8a94")
    canvas.savefig(path, facecolor="white")


def _share(figure: Figure, value: float) -> float:
    must = figure.must or 1.0
    return must / value if figure.at_least else value / must
