"""Draw how long after the end each final line came, by the age at the end."""

from pathlib import Path

from matplotlib.figure import Figure as Canvas

from tools.bench.freshness.day import Day

_MINUTE = 60
_MARKS = {60: "1 min", 600: "10 min", 3600: "1 h", 21_600: "6 h", 86_400: "1 d", 604_800: "7 d"}


def draw(before: Day, after: Day, to: Path) -> None:
    canvas = Canvas(figsize=(11, 4), layout="constrained")
    rows = canvas.subplots(1, 2, sharex=True, sharey=True)
    for axes, day, title in (
        (rows[0], before, "By the ages alone"),
        (rows[1], after, "With hints"),
    ):
        axes.scatter(*zip(*day.finals, strict=True), s=7, color="#0072B2", alpha=0.5, linewidths=0)
        axes.set_title(f"{title}: worst {max(lag for _, lag in day.finals) / _MINUTE:,.0f} min")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(list(_MARKS), list(_MARKS.values()))
        axes.set_yticks(list(_MARKS), list(_MARKS.values()))
        axes.minorticks_off()
        axes.set_xlabel("age at the end of the Execution")
        axes.grid(color="#999999", alpha=0.2)
    rows[0].set_ylabel("time to its final line")
    canvas.savefig(to, dpi=110, pil_kwargs={"optimize": True})
