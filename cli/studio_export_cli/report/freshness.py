"""How fresh the export is, and how much of each day was listed, by the checkpoints. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from studio_export_cli.flow_names import FlowNames
from studio_export_cli.report.bars import shortened
from studio_export_cli.report.charts import NARROW
from studio_export_cli.report.drawing import Drawing, Table
from studio_export_cli.report.scale import day_name, format_seconds
from studio_export_cli.status.coverage import DAYS, coverage
from studio_export_cli.status.flow_status import FlowStatus

_MAX_FLOWS = 12
_MAX_NAME = 15  # characters that fit beside the squares
_LEFT, _ROW, _TOP = 92, 18, 18


def coverage_chart(flows: Sequence[FlowStatus], names: FlowNames) -> Drawing | None:
    """Draw a square for each Flow and day: all, a part or none of it was listed."""
    known = [flow for flow in flows if flow.cursors]
    if not known:
        return None
    shown = sorted(known, key=lambda flow: flow.ok)[:_MAX_FLOWS]  # late Flows come first
    drawing = Drawing("Coverage", NARROW, _TOP + len(shown) * _ROW + 24)
    drawing.note = "For each day of creation, the share of its due listings that are done."
    cell = (NARROW - _LEFT) / DAYS
    _dates(drawing, shown[0], cell)
    rows = []
    for number, flow in enumerate(shown):
        y = _TOP + number * _ROW
        name = shortened(names.short(flow.flow_sid), _MAX_NAME)
        drawing.text(_LEFT - 8, y + 12, name, anchor="end")
        shares = coverage(flow.cursors, flow.now, flow.grace_seconds)
        for column, (day, share) in enumerate(shares.items()):
            if share is not None:
                kind = "full" if share >= 1 else "part" if share > 0 else "none"
                title = f"{day_name(day)}: {share:.0%} listed"
                drawing.rect(_LEFT + column * cell, y, (cell - 1.4, _ROW - 4), kind, title)
        done = sum(share is not None and share >= 1 for share in shares.values())
        due = sum(share is not None for share in shares.values())
        rows.append([names.row(flow.flow_sid), f"{done} of {due}"])
    _legend(drawing, _TOP + len(shown) * _ROW + 6)
    drawing.table = Table(["Flow", "Days with all listed"], rows)
    return drawing


def _dates(drawing: Drawing, flow: FlowStatus, cell: float) -> None:
    for back in (DAYS - 1, DAYS // 2, 0):
        day = flow.now.date() - timedelta(days=back)
        x = _LEFT + (DAYS - 1 - back) * cell
        if back:
            drawing.text(x, 11, day_name(day))
        else:
            drawing.text(NARROW, 11, day_name(day), anchor="end")


def _legend(drawing: Drawing, y: float) -> None:
    for number, (kind, name) in enumerate((("full", "all"), ("part", "in part"), ("none", "none"))):
        x = _LEFT + number * 74
        drawing.rect(x, y, (10, 10), kind)
        drawing.text(x + 15, y + 9, name)


def table(flows: Sequence[FlowStatus], names: FlowNames) -> Table:
    """Tabulate the last run of each Flow, and whether it is late."""
    rows = [
        [
            names.row(flow.flow_sid),
            _ago(flow),
            "-" if flow.head_lag_seconds is None else format_seconds(max(0, flow.head_lag_seconds)),
            f"late at {len(flow.late)} of {len(flow.cursors)} ages" if flow.late else "on time",
        ]
        for flow in flows
        if flow.cursors
    ]
    return Table(["Flow", "Last run", "Head lag", ""], rows)


def _ago(flow: FlowStatus) -> str:
    last_run = flow.last_run
    return (
        f"{format_seconds(max(0, (flow.now - last_run).total_seconds()))} ago"
        if last_run
        else "never"
    )
