"""The most frequent paths and the revisions of a Flow, as tables; and what is missing. Pure."""

from collections.abc import Sequence

from studio_export_cli.output import quantity
from studio_export_cli.report.drawing import Table
from studio_export_cli.report.funnel import reached
from studio_export_cli.report.step_counts import StepCounts

_MAX_PATHS = 10


def paths(counts: StepCounts) -> list[tuple[tuple[str, ...], int]]:
    """Return the paths, most frequent first."""
    return sorted(counts.paths.counts.items(), key=lambda each: (-each[1], " > ".join(each[0])))


def path_table(counts: StepCounts) -> Table:
    rows = [
        [" > ".join(path), f"{executions:,}", f"{executions / counts.executions:.1%}"]
        for path, executions in paths(counts)[:_MAX_PATHS]
    ]
    return Table(["Path", "Executions", "Of all"], rows, wraps=True)


def path_note(counts: StepCounts) -> str:
    """Describe which paths are not in the table."""
    kept = counts.paths
    shown = sum(executions for _, executions in paths(counts)[:_MAX_PATHS])
    others = counts.executions - shown
    note = "The widgets that were reached, in order. Ended inside a path is the end of a Subflow."
    if others:
        note += f" {quantity(others, 'Execution')} took other paths, or none."
    if kept.slack:
        note += (
            f" There are too many paths to keep each: a number may be {kept.slack:,} too low,"
            f" and {quantity(kept.left_out, 'Execution')} took rare ones."
        )
    return note


def revision_table(counts: StepCounts, goal: Sequence[str] = ()) -> Table:
    """Tabulate the revisions, newest first; `goal` are the widgets of the funnel's last stage."""
    headings = ["Revision", "Executions", "Failed", "Timed out"]
    if goal:
        headings.append(f"Reached {'/'.join(goal)}")
    rows = []
    for revision in sorted(counts.revisions, key=lambda each: -1 if each is None else each)[::-1]:
        found = counts.revisions[revision]
        numbers = [found.failed, found.timed_out]
        if goal:
            numbers.append(reached(counts, goal, revision))
        name = "unknown" if revision is None else str(revision)
        cells = [f"{n:,}, {n / found.executions:.1%}" for n in numbers]
        rows.append([name, f"{found.executions:,}", *cells])
    return Table(headings, rows)


def completeness(counts: StepCounts) -> str:
    """Describe how many ended Executions have their Steps, and why the others have none."""
    text = f"Steps of {counts.executions:,} of {quantity(counts.ended, 'Execution')} that ended."
    if counts.without_line:
        text += f" {counts.without_line:,} without a line: not exported yet, or left out."
    if gone := counts.missing.total():
        text += f" {gone:,} missing: Twilio had deleted them before their Steps were read."
    return text
