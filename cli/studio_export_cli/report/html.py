"""The pieces of the report's page. Every text that comes from data is escaped here. Pure."""

from collections.abc import Sequence
from html import escape

from studio_export_cli.report.drawing import Drawing, Table

_MAX_ROWS = 400


def card(drawing: Drawing, picture: str, kind: str = "") -> str:
    """Return a drawing with its title, note and legend, and its numbers behind it."""
    look = ' class="sid"' if drawing.sid else ""
    title = f"<h2{look}>{escape(drawing.title)}</h2>"
    note = f"<p>{escape(drawing.note)}</p>" if drawing.note else ""
    names = "".join(
        f'<span><i class="{kind}"></i>{escape(name)}</span>' for kind, name in drawing.legend
    )
    legend = f'<div class="legend">{names}</div>' if names else ""
    numbers = ""
    if drawing.table:
        numbers = f"<details><summary>The numbers</summary>{table(drawing.table)}</details>"
    return f'<section class="card {kind}">{title}{note}{legend}{picture}{numbers}</section>'


def section(title: str, body: str, note: str = "", kind: str = "wide") -> str:
    about = f"<p>{escape(note)}</p>" if note else ""
    return f'<section class="card {kind}"><h2>{escape(title)}</h2>{about}{body}</section>'


def table(content: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in content.headings)
    rows = "".join(map(_row, content.rows[:_MAX_ROWS]))
    more = len(content.rows) - _MAX_ROWS
    rest = f"<p>and {more:,} more</p>" if more > 0 else ""
    look = ' class="wraps"' if content.wraps else ""
    html = f"<table{look}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="scroll">{html}</div>{rest}'


def _row(cells: Sequence[str]) -> str:
    name, *values = cells
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(map(_cell, values))}</tr>'


def _cell(text: str) -> str:
    late = ' class="late"' if text.startswith("late") else ""
    return f"<td{late}>{escape(text)}</td>"
