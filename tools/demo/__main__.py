"""`make demo`: export three simulated Flows for a day, kill the exporter twice, audit the result.

Of the Executions that began after two on that day, it exports the Steps too; the second kill is
among these.
Everything runs on this machine: this process serves the simulated Studio, the exporter is another
process, and a virtual clock advances 15 minutes from run to run.
"""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from rich.box import SIMPLE_HEAD
from rich.table import Table

from simulator.account import Flow
from simulator.clock import VirtualClock
from simulator.studio import Studio
from studio_export.model import Span
from studio_export_cli.destination import open_destination
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.report.activity import Wanted
from studio_export_cli.report.command import read_report, write
from studio_export_cli.report.funnel import Funnel, funnel_of, parse_stages
from studio_export_cli.report.page import Report
from tools.demo.audit import RUN_INTERVAL, FlowAudit, audit
from tools.demo.day import FIRST_RUN, RUNS, STEPS_FROM, Day, console
from tools.demo.picture import draw
from tools.demo.step_audit import StepAudit, audit_steps
from tools.demo.traffic import fill

HOME = Path("build/demo")
_STAGES = parse_stages("greet/welcome,menu,route,connect/queue,goodbye")
_QUERY = """\
SELECT flow_sid[:6] || '…' AS flow, count(*) AS ended,
       median(date_updated - date_created) AS median, max(date_updated - date_created) AS longest
FROM '{files}'
WHERE status = 'ended' GROUP BY ALL ORDER BY ended DESC"""


def main() -> None:
    shutil.rmtree(HOME, ignore_errors=True)
    root = HOME / "studio"
    root.mkdir(parents=True)
    clock = VirtualClock(FIRST_RUN)
    studio = Studio(clock)
    last_run = FIRST_RUN + (RUNS - 1) * RUN_INTERVAL
    flows = fill(studio, FIRST_RUN - timedelta(days=30) + timedelta(seconds=1), last_run)
    day = Day(studio, clock, root)
    day.run()
    audits = [audit(flow, root, day.arrivals, FIRST_RUN, last_run) for flow in flows]
    steps = [audit_steps(each.flow, root, each.final_at, STEPS_FROM, last_run) for each in audits]
    console.print(_table(audits, steps))
    _ask(root)
    report = _report(root, last_run)
    draw(audits, _funnel(report, flows[0]), FIRST_RUN, last_run, HOME / "demo.png")
    page = write(report, HOME / "report")
    lost = sum(each.lost for each in audits) + sum(each.lost for each in steps)
    doubled = sum(each.doubled for each in audits) + sum(each.doubled for each in steps)
    day.say(f"[bold]{lost} lost, {doubled} doubled[/bold] after 2 kills")
    console.print(f"Pictures: {HOME}/demo.png. Export: {root}/executions and {root}/steps.")
    console.print(f"Report for an analyst: {page}")
    if lost or doubled:
        raise SystemExit(1)


def _report(root: Path, now: datetime) -> Report:
    """Read what `studio-export report --funnel` reads, at the demo's time."""
    destination = open_destination(str(root), None, {}, concurrency=1)
    wanted = Wanted(Span(now - timedelta(days=30), now), steps_from=STEPS_FROM)
    return replace(read_report(destination, wanted, now, Heartbeat()), stages=_STAGES)


def _funnel(report: Report, flow: Flow) -> Funnel:
    of_flow = (each for each in report.activity.flows if each.flow_sid == flow.sid)
    return funnel_of(next(of_flow).steps, report.stages)


def _table(audits: Sequence[FlowAudit], steps: Sequence[StepAudit]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("Flow", no_wrap=True)
    table.add_column("", no_wrap=True)
    for name in ("Executions", "lines", "ended", "Steps of", "lost", "doubled"):
        table.add_column(name, justify="right", no_wrap=True)
    for each, of_steps in zip(audits, steps, strict=True):
        counts = (each.source, each.lines, each.ended, of_steps.lines)
        found = (each.lost + of_steps.lost, each.doubled + of_steps.doubled)
        cells = (f"{n:,}" for n in (*counts, *found))
        table.add_row(each.flow.name, f"{each.flow.sid[:6]}…", *cells)
    return table


def _ask(root: Path) -> None:
    query = _QUERY.format(files=f"{root}/executions/*/*.jsonl.gz")
    console.print(f"How long do Executions take? DuckDB reads the files:\n\n[dim]{query}[/dim]\n")
    duckdb.sql(query).show()  # type: ignore[union-attr]  # None only for what is no query


if __name__ == "__main__":
    main()
