"""The report as one HTML page that loads nothing: styles, drawings and tables are inline. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from html import escape

from studio_export.version import VERSION
from studio_export_cli.report import charts, freshness
from studio_export_cli.report.activity import Activity
from studio_export_cli.report.charts import MAX_FLOWS, NARROW, WIDE
from studio_export_cli.report.drawing import Drawing, Table, svg
from studio_export_cli.report.scale import format_seconds, percentile
from studio_export_cli.report.style import sheet
from studio_export_cli.status.flow_status import FlowStatus

_MAX_ROWS = 400
# The browser loads and runs nothing, even if a value injects markup into the page.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True, slots=True)
class Report:
    """The contents of the page. `dataset` is its name, `made` when it was drawn."""

    activity: Activity
    flows: Sequence[FlowStatus]
    dataset: str
    made: datetime

    @property
    def drawings(self) -> list[Drawing]:
        activity = self.activity
        coverage = freshness.coverage_chart(self.flows)
        return [
            charts.days(activity, WIDE),
            charts.durations(activity),
            charts.week(activity),
            *([coverage] if coverage else []),
            *(
                charts.flow_days(activity, flow, number)
                for number, flow in enumerate(activity.flows[:MAX_FLOWS])
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
        f"Created from {_instant(span.start)} to {_instant(span.stop)}, in {escape(report.dataset)}"
    )


def _instant(instant: datetime) -> str:
    day = f"{instant.day} {instant:%B %Y}"
    return day if instant.time() == time.min else f"{day}, {instant:%H:%M}"


def _tiles(report: Report) -> str:
    activity = report.activity
    median = percentile(activity.seconds, 0.5)
    last_runs = [flow.last_run for flow in report.flows if flow.last_run]
    ended = activity.ended / activity.executions
    values = [
        (f"{activity.executions:,}", "Executions"),
        (f"{activity.ended:,}", f"ended, {ended:.1%}"),
        (f"{activity.executions - activity.ended:,}", "without a final line"),
        (f"{len(activity.flows):,}", "Flow" if len(activity.flows) == 1 else "Flows"),
        ("-" if median is None else format_seconds(median), "median duration"),
        (f"{_ago(report.made, min(last_runs))} ago" if last_runs else "-", "last run"),
    ]
    tiles = (
        f'<div class="card tile"><b>{value}</b><span>{name}</span></div>' for value, name in values
    )
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _ago(now: datetime, then: datetime) -> str:
    return format_seconds(max(0, (now - then).total_seconds()))


def _hero(activity: Activity) -> str:
    wide, narrow = charts.days(activity, WIDE), charts.days(activity, NARROW)
    drawing = svg(wide, "desk") + svg(narrow, "phone")
    return _card(wide, drawing, "wide")


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
        _section("Freshness", _fresh(report.flows)),
        _section("Last status", _table(statuses)),
    ]
    return f'<div class="cards">{"".join(cards)}</div>{"".join(tables)}'


def _fresh(flows: Sequence[FlowStatus]) -> str:
    table = freshness.table(flows)
    if not table.rows:
        return "<p>No checkpoints were found. Give the --checkpoints of the runs.</p>"
    return _table(table)


def _card(drawing: Drawing, picture: str, kind: str = "") -> str:
    look = ' class="sid"' if drawing.sid else ""
    title = f"<h2{look}>{escape(drawing.title)}</h2>"
    note = f"<p>{escape(drawing.note)}</p>" if drawing.note else ""
    names = "".join(
        f'<span><i class="{kind}"></i>{escape(name)}</span>' for kind, name in drawing.legend
    )
    legend = f'<div class="legend">{names}</div>' if names else ""
    numbers = ""
    if drawing.table:
        numbers = f"<details><summary>The numbers</summary>{_table(drawing.table)}</details>"
    return f'<section class="card {kind}">{title}{note}{legend}{picture}{numbers}</section>'


def _section(title: str, body: str) -> str:
    return f'<section class="card wide"><h2>{title}</h2>{body}</section>'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.headings)
    rows = "".join(map(_row, table.rows[:_MAX_ROWS]))
    more = len(table.rows) - _MAX_ROWS
    rest = f"<p>and {more:,} more</p>" if more > 0 else ""
    html = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="scroll">{html}</div>{rest}'


def _row(cells: Sequence[str]) -> str:
    name, *values = cells
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(map(_cell, values))}</tr>'


def _cell(text: str) -> str:
    late = ' class="late"' if text.startswith("late") else ""
    return f"<td{late}>{escape(text)}</td>"
