"""A drawing of rectangles, lines and texts, and its SVG. Pure.

Items have a class and no colour: the style sheet of the page has a light and a dark one for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle. `title` is its tooltip."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    start: tuple[float, float]
    stop: tuple[float, float]
    kind: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text. `y` is its base line."""

    x: float
    y: float
    text: str
    kind: str = "label"
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a drawing, for screen readers too. The first column names the row.

    Attributes:
        wraps: whether the name of a row is long, and may take several lines.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    wraps: bool = False


@dataclass(slots=True)
class Drawing:
    """A chart.

    Attributes:
        note: how to read it.
        sid: whether the title is a Sid, set in a monospaced font.
        legend: each kind, and its meaning.
        table: the numbers of the chart.
    """

    title: str
    width: float
    height: float
    note: str = ""
    sid: bool = False
    legend: Sequence[tuple[str, str]] = ()
    items: list[Rect | Line | Text] = field(default_factory=list)
    table: Table | None = None

    def rect(
        self, x: float, y: float, size: tuple[float, float], kind: str, title: str = ""
    ) -> None:
        self.items.append(Rect(x, y, *size, kind, title))

    def line(self, start: tuple[float, float], stop: tuple[float, float], kind: str) -> None:
        self.items.append(Line(start, stop, kind))

    def text(
        self, x: float, y: float, text: str, kind: str = "label", anchor: Anchor = "start"
    ) -> None:
        self.items.append(Text(x, y, text, kind, anchor))


def svg(drawing: Drawing, variant: str = "") -> str:
    """Return the drawing as an SVG element of the class `variant`."""
    body = "".join(map(_element, drawing.items))
    return (
        f'<svg class="{variant}" viewBox="0 0 {drawing.width:g} {drawing.height:g}" role="img"'
        f' aria-label="{escape(drawing.title)}">{body}</svg>'
    )


def _element(item: Rect | Line | Text) -> str:
    match item:
        case Rect():
            corner = f'x="{item.x:.1f}" y="{item.y:.1f}"'
            size = f'width="{max(0.0, item.width):.1f}" height="{max(0.0, item.height):.1f}"'
            title = f"<title>{escape(item.title)}</title>" if item.title else ""
            return f'<rect class="{item.kind}" {corner} {size}>{title}</rect>'
        case Line(start=(x1, y1), stop=(x2, y2)):
            ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
            return f'<line class="{item.kind}" {ends}/>'
        case Text():
            corner = f'x="{item.x:.1f}" y="{item.y:.1f}" text-anchor="{item.anchor}"'
            return f'<text class="{item.kind}" {corner}>{escape(item.text)}</text>'
