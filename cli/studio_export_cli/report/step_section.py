"""What happened inside the Executions of a Flow, as a part of the page. Pure."""

from collections.abc import Iterator, Sequence
from html import escape

from studio_export_cli.flow_names import FlowNames
from studio_export_cli.report import html, step_charts, step_tables
from studio_export_cli.report.activity import FlowActivity
from studio_export_cli.report.charts import MAX_FLOWS
from studio_export_cli.report.drawing import Drawing, svg
from studio_export_cli.report.funnel import Funnel, funnel_of
from studio_export_cli.report.step_counts import StepCounts

Stages = Sequence[tuple[str, ...]]


def step_sections(flows: Sequence[FlowActivity], names: FlowNames, stages: Stages) -> str:
    """Return a section for each of the busiest Flows whose Steps are exported."""
    with_steps = [flow for flow in flows if flow.steps.lines]
    sections = "".join(_section(flow, names, stages) for flow in with_steps[:MAX_FLOWS])
    others = len(with_steps) - MAX_FLOWS
    return sections + (f"<p>The Steps of {others:,} more Flows are not shown.</p>" * (others > 0))


def drawings(counts: StepCounts, stages: Stages) -> Iterator[Drawing]:
    yield step_charts.funnel(_funnel(counts, stages))
    yield step_charts.ends(counts)
    yield step_charts.times(counts)
    yield step_charts.errors(counts)


def _section(flow: FlowActivity, names: FlowNames, stages: Stages) -> str:
    counts = flow.steps
    title = f"Inside {names.name(flow.flow_sid) or flow.flow_sid}"
    about = f"{flow.flow_sid}. {step_tables.completeness(counts)}"
    head = f'<h2 class="flow">{escape(title)}</h2><p>{escape(about)}</p>'
    if not counts.executions:
        return head
    cards = "".join(html.card(each, svg(each)) for each in drawings(counts, stages))
    last = _funnel(counts, stages).stages[-1:]
    goal = last[0].widgets if last else ()
    paths = html.table(step_tables.path_table(counts))
    revisions = html.table(step_tables.revision_table(counts, goal))
    cards += html.section("Most frequent paths", paths, step_tables.path_note(counts), "span")
    return f'{head}<div class="cards">{cards}</div>{html.section("By revision", revisions)}'


def _funnel(counts: StepCounts, stages: Stages) -> Funnel:
    """Return the funnel of these stages; of the main route, if nobody came to the first."""
    chosen = funnel_of(counts, stages)
    return chosen if chosen.stages and chosen.stages[0].executions else funnel_of(counts)
