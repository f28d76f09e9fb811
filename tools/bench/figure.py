"""A figure: the measurements of each round, and the limit that they must meet."""

from dataclasses import dataclass, field
from statistics import median


@dataclass(slots=True)
class Figure:
    """One line of the benchmark.

    Attributes:
        must: the limit; None if the figure has none.
        at_least: the limit is a minimum, not a maximum.
        rounds: one measurement a round, in `unit`; "x" is a ratio.
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
    def extremes(self) -> tuple[float, float]:
        return min(self.rounds), max(self.rounds)

    @property
    def met(self) -> bool | None:
        if self.must is None:
            return None
        return self.measured >= self.must if self.at_least else self.measured <= self.must

    @property
    def share(self) -> float:
        """The share of the limit that is used: 1 is the limit, less is better."""
        if self.must is None:
            return 0.0
        return self.must / self.measured if self.at_least else self.measured / self.must

    @property
    def formatted(self) -> str:
        return f"{format_value(self.measured)} {self.unit}"

    @property
    def limit(self) -> str:
        if self.must is None:
            return ""
        return f"{'≥' if self.at_least else '≤'} {format_value(self.must)} {self.unit}"


def format_value(value: float) -> str:
    """Format with three significant digits."""
    if value >= 100:  # noqa: PLR2004
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004


def table(figures: list[Figure]) -> str:
    """Format the figures as a Markdown table that is aligned in a terminal too."""
    rows = [("figure", "limit", "median", "range (rounds)", "")]
    for figure in figures:
        low, high = figure.extremes
        rows.append(
            (
                figure.name,
                figure.limit,
                figure.formatted,
                f"{format_value(low)} to {format_value(high)} ({len(figure.rounds)})",
                {None: "", True: "met", False: "NOT MET"}[figure.met],
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
