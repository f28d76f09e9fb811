"""The report as one page that asks for nothing: style, drawings and tables are in it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from html import escape

from studio_export.version import VERSION
from studio_export_cli.report import charts, freshness
from studio_export_cli.report.activity import Activity
from studio_export_cli.report.charts import MOST_FLOWS, NARROW, WIDE
from studio_export_cli.report.drawing import Drawing, Table, svg
from studio_export_cli.report.scale import percentile, spoken
from studio_export_cli.report.style import sheet
from studio_export_cli.status.flow_status import FlowStatus

_MOST_ROWS = 400
# Nothing is loaded and nothing runs, whatever a browser were made to find in the page.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True, slots=True)
class Report:
    """`place` is where the export lies, as a person wrote it."""

    activity: Activity
    flows: Sequence[FlowStatus]
    place: str
    made: datetime

    @property
    def drawings(self) -> list[Drawing]:
        """Each of them once."""
        activity = self.activity
        covered = freshness.covered(self.flows)
        return [
            charts.days(activity, WIDE),
            charts.durations(activity),
            charts.week(activity),
            *([covered] if covered else []),
            *(
                charts.flow_days(activity, flow, number)
                for number, flow in enumerate(activity.flows[:MOST_FLOWS])
            ),
        ]


def page(report: Report) -> str:
    title = "Twilio Studio Executions"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{title}</title>\n<style>{sheet()}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n<p>{_about(report)}</p>\n"
        f"{_tiles(report)}\n{_hero(report.activity)}\n{_cards(report)}\n"
        f"<footer>Made {report.made:%Y-%m-%d %H:%M} by studio-export {VERSION}."
        " All instants are UTC.</footer>\n"
        "</main>\n</body>\n</html>\n"
    )


def _about(report: Report) -> str:
    span = report.activity.span
    return (
        f"Created from {_instant(span.start)} to {_instant(span.stop)}, in {escape(report.place)}"
    )


def _instant(instant: datetime) -> str:
    day = f"{instant.day} {instant:%B %Y}"
    return day if instant.time() == time.min else f"{day}, {instant:%H:%M}"


def _tiles(report: Report) -> str:
    activity = report.activity
    median = percentile(activity.seconds, 0.5)
    ticks = [flow.last_tick for flow in report.flows if flow.last_tick]
    ended = activity.ended / activity.executions
    said = [
        (f"{activity.executions:,}", "Executions"),
        (f"{activity.ended:,}", f"ended, {ended:.1%}"),
        (f"{activity.executions - activity.ended:,}", "not seen to end"),
        (f"{len(activity.flows):,}", "Flow" if len(activity.flows) == 1 else "Flows"),
        ("-" if median is None else spoken(median), "median duration"),
        (f"{_ago(report.made, min(ticks))} ago" if ticks else "-", "last tick"),
    ]
    tiles = (
        f'<div class="card tile"><b>{value}</b><span>{name}</span></div>' for value, name in said
    )
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _ago(now: datetime, then: datetime) -> str:
    return spoken(max(0, (now - then).total_seconds()))


def _hero(activity: Activity) -> str:
    wide, narrow = charts.days(activity, WIDE), charts.days(activity, NARROW)
    drawn = svg(wide, "desk") + svg(narrow, "phone")
    return _card(wide, drawn, "wide")


def _cards(report: Report) -> str:
    activity = report.activity
    _, *others = report.drawings
    cards = [_card(drawing, svg(drawing)) for drawing in others]
    flows = Table(
        ["Flow", "Executions", "Not ended", "Median", "90 %", "99 %", "Longest"],
        [
            [
                flow.flow_sid,
                f"{flow.executions:,}",
                f"{flow.open.total():,}",
                *charts.percentiles(flow),
            ]
            for flow in activity.flows
        ],
    )
    statuses = Table(["Status", "Executions"], charts.statuses(activity))
    tables = [
        _section("Durations by Flow", _table(flows)),
        _section("How fresh the export is", _fresh(report.flows)),
        _section("What Twilio said last", _table(statuses)),
    ]
    return f'<div class="cards">{"".join(cards)}</div>{"".join(tables)}'


def _fresh(flows: Sequence[FlowStatus]) -> str:
    table = freshness.table(flows)
    if not table.rows:
        return "<p>No checkpoints are there: give --checkpoints, where the runs keep them.</p>"
    return _table(table)


def _card(drawing: Drawing, drawn: str, kind: str = "") -> str:
    look = ' class="sid"' if drawing.sid else ""
    title = f"<h2{look}>{escape(drawing.title)}</h2>"
    note = f"<p>{escape(drawing.note)}</p>" if drawing.note else ""
    named = "".join(
        f'<span><i class="{kind}"></i>{escape(name)}</span>' for kind, name in drawing.legend
    )
    legend = f'<div class="legend">{named}</div>' if named else ""
    behind = ""
    if drawing.table:
        behind = f"<details><summary>The numbers</summary>{_table(drawing.table)}</details>"
    return f'<section class="card {kind}">{title}{note}{legend}{drawn}{behind}</section>'


def _section(title: str, body: str) -> str:
    return f'<section class="card wide"><h2>{title}</h2>{body}</section>'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.headings)
    rows = "".join(map(_row, table.rows[:_MOST_ROWS]))
    more = len(table.rows) - _MOST_ROWS
    rest = f"<p>and {more:,} more</p>" if more > 0 else ""
    drawn = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="scroll">{drawn}</div>{rest}'


def _row(cells: Sequence[str]) -> str:
    name, *values = cells
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(map(_cell, values))}</tr>'


def _cell(text: str) -> str:
    late = ' class="late"' if text.startswith("late") else ""
    return f"<td{late}>{escape(text)}</td>"
