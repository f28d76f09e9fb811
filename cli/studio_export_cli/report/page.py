"""The report as one HTML page that loads nothing: styles, drawings and tables are inline. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from html import escape

from studio_export.version import VERSION
from studio_export_cli.flow_names import FlowNames
from studio_export_cli.report import charts, freshness, html
from studio_export_cli.report.activity import Activity
from studio_export_cli.report.charts import MAX_FLOWS, NARROW, WIDE
from studio_export_cli.report.drawing import Drawing, Table, svg
from studio_export_cli.report.scale import format_seconds, percentile
from studio_export_cli.report.step_section import Stages, step_sections
from studio_export_cli.report.style import sheet
from studio_export_cli.status.flow_status import FlowStatus

# The browser loads and runs nothing, even if a value injects markup into the page.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True, slots=True)
class Report:
    """The contents of the page.

    Attributes:
        dataset: its name.
        made: when it was drawn.
        stages: those of the funnel; empty for the way that most Executions go.
    """

    activity: Activity
    flows: Sequence[FlowStatus]
    dataset: str
    made: datetime
    names: FlowNames = field(default_factory=FlowNames)
    stages: Stages = ()

    @property
    def drawings(self) -> list[Drawing]:
        activity = self.activity
        coverage = freshness.coverage_chart(self.flows, self.names)
        return [
            charts.durations(activity),
            charts.week(activity),
            *([coverage] if coverage else []),
            *(
                charts.flow_days(activity, flow, self.names, number)
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
        f"{_tiles(report)}\n{_hero(report)}\n{_cards(report)}\n"
        f"{step_sections(report.activity.flows, report.names, report.stages)}\n"
        f"{_tables(report)}\n"
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


def _hero(report: Report) -> str:
    wide, narrow = (charts.days(report.activity, report.names, each) for each in (WIDE, NARROW))
    drawing = svg(wide, "desk") + svg(narrow, "phone")
    return html.card(wide, drawing, "wide")


def _cards(report: Report) -> str:
    cards = [html.card(drawing, svg(drawing)) for drawing in report.drawings]
    return f'<div class="cards">{"".join(cards)}</div>'


def _tables(report: Report) -> str:
    activity, names = report.activity, report.names
    flows = Table(
        ["Flow", "Executions", "Not ended", "Median", "90 %", "99 %", "Longest"],
        [
            [
                names.row(flow.flow_sid),
                f"{flow.executions:,}",
                f"{flow.open.total():,}",
                *charts.percentiles(flow),
            ]
            for flow in activity.flows
        ],
    )
    statuses = Table(["Status", "Executions"], charts.statuses(activity))
    return "".join(
        (
            html.section("Durations by Flow", html.table(flows)),
            html.section("Freshness", _fresh(report)),
            html.section("Last status", html.table(statuses)),
        )
    )


def _fresh(report: Report) -> str:
    table = freshness.table(report.flows, report.names)
    if not table.rows:
        return "<p>No checkpoints were found. Give the --checkpoints of the runs.</p>"
    return html.table(table)
