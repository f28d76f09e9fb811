"""Draw who worked when: a line for each environment, a bar for each invocation."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from tools.fleet.cases import Row

_WORK, _FAILED, _PLAN, _INK, _PALE = "#2a7f8e", "#c8553d", "#d9a441", "#22303c", "#7b8a94"


def draw(rows: Sequence[Row], path: Path) -> None:
    """Write a PNG with a panel for each row, on one scale of time."""
    heights = [1 + len({each.environment for each in row.invocations}) for row in rows]
    canvas = Figure(figsize=(10.5, 0.24 * sum(heights) + 0.55 * len(rows) + 0.6), dpi=110)
    panels = canvas.subplots(
        len(rows), 1, sharex=True, squeeze=False, gridspec_kw={"height_ratios": heights}
    )
    for row, axes in zip(rows, panels[:, 0], strict=True):
        start = min(each.began for each in row.invocations)
        for each in row.invocations:
            is_plan = each.function == "planner"
            color = _FAILED if each.error else _PLAN if is_plan else _WORK
            line = 0 if is_plan else 1 + each.environment
            axes.barh(line, each.ended - each.began, 0.72, each.began - start, color=color)
        axes.set_yticks([])
        axes.invert_yaxis()
        axes.set_title(
            f"{row.name}: {row.seconds:.1f} s, {row.requests:,} requests,"
            f" {row.in_flight} in flight at most",
            fontsize=9,
            loc="left",
            color=_INK,
        )
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
    panels[-1, 0].set_xlabel(
        "seconds; planner (yellow), pieces (blue), invocations that were killed or failed (red)",
        fontsize=8.5,
        color=_PALE,
    )
    canvas.tight_layout()
    canvas.savefig(path, facecolor="white")
