"""A figure: what was measured in each round, against what it must reach."""

from dataclasses import dataclass, field
from statistics import median


@dataclass(slots=True)
class Figure:
    """`must` None: shown, with nothing to reach. `at_least`: more is better.

    `rounds` are ratios, or what the unit says, one a round.
    """

    name: str
    must: float | None
    unit: str = "x"
    at_least: bool = False
    rounds: list[float] = field(default_factory=list)

    @property
    def measured(self) -> float:
        return median(self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        return min(self.rounds), max(self.rounds)

    @property
    def reached(self) -> bool | None:
        if self.must is None:
            return None
        return self.measured >= self.must if self.at_least else self.measured <= self.must

    @property
    def share(self) -> float:
        """How far from what it must reach: 1 is exactly there, below is better."""
        if self.must is None:
            return 0.0
        return self.must / self.measured if self.at_least else self.measured / self.must

    @property
    def told(self) -> str:
        return f"{shown(self.measured)} {self.unit}"

    @property
    def wanted(self) -> str:
        if self.must is None:
            return ""
        return f"{'≥' if self.at_least else '≤'} {shown(self.must)} {self.unit}"


def shown(value: float) -> str:
    """Three digits that count."""
    if value >= 100:  # noqa: PLR2004
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table, aligned for a terminal too."""
    rows = [("figure", "must reach", "measured", "spread over the rounds", "")]
    for figure in figures:
        low, high = figure.spread
        rows.append(
            (
                figure.name,
                figure.wanted,
                figure.told,
                f"{shown(low)} to {shown(high)} ({len(figure.rounds)})",
                {None: "", True: "reached", False: "NOT reached"}[figure.reached],
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
