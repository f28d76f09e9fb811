"""Draw horizontal bars, each below its name: a name may be long, and a phone is narrow. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio_export_cli.report.drawing import Drawing

_ROW, _BAR = 32, 9
_MAX_CHARACTERS = 50  # of a name and its value, in 340 pixels


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar.

    Attributes:
        value: the text at its right.
        parts: the kind and the share of the full width of each piece, drawn over each other.
    """

    name: str
    value: str
    parts: Sequence[tuple[str, float]]


def stacked(*pieces: tuple[str, float]) -> list[tuple[str, float]]:
    """Return pieces that stand side by side as parts: the widest first, below the others."""
    parts, end = [], 0.0
    for kind, share in pieces:
        end += share
        parts.append((kind, end))
    return parts[::-1]


def draw_bars(title: str, width: float, bars: Sequence[Bar]) -> Drawing:
    drawing = Drawing(title, width, max(1, len(bars)) * _ROW)
    for number, bar in enumerate(bars):
        y = number * _ROW
        drawing.text(0, y + 12, shortened(bar.name, _MAX_CHARACTERS - len(bar.value)), "name")
        drawing.text(width, y + 12, bar.value, "number", "end")
        drawing.rect(0, y + 18, (width, _BAR), "track", f"{bar.name}: {bar.value}")
        for kind, share in bar.parts:
            if share:
                size = (max(1.0, share * width), _BAR)
                drawing.rect(0, y + 18, size, kind, f"{bar.name}: {bar.value}")
    return drawing


def shortened(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1].rstrip()}…"
