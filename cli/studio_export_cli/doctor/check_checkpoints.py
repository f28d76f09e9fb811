"""Check the checkpoints: the keys and backups of the table, and that each item is readable."""

from collections.abc import Iterator

from studio_export.errors import StudioExportError
from studio_export_cli.destination import ReadableCheckpoints
from studio_export_cli.doctor.aws_table import TableInspection
from studio_export_cli.doctor.check import Check, fail, fail_by, if_allowed, ok, warn
from studio_export_cli.output import quantity

_LOST_TABLE = "Follow 'Lose or restore the table' in docs/runbook.md."
_KEYS = ("dataset S HASH", "flow_sid S RANGE")


def check_table(table: TableInspection) -> Iterator[Check]:
    yield if_allowed("table", lambda: _table(table))
    yield if_allowed("recovery", lambda: _recovery(table))


def check_items(checkpoints: ReadableCheckpoints) -> Iterator[Check]:
    """Check each item; a newer or malformed one stops its Flow."""
    try:
        items = checkpoints.items()
    except StudioExportError as error:
        yield fail_by("items", error, "Fix this first: without checkpoints no Flow is exported.")
        return
    for item in items:
        if item.fault:
            yield fail("items", item.fault, "Upgrade studio-export, or delete the item.")
    good = sum(item.fault is None for item in items)
    if good or not items:
        yield ok("items", f"the checkpoints of {quantity(good, 'Flow')} are readable")


def _table(table: TableInspection) -> Check:
    state = table.state()
    if state is None:
        return fail("table", "the table does not exist", _LOST_TABLE)
    if state.keys != _KEYS:
        remedy = f"Create a table with the keys {', '.join(_KEYS)}. Nothing is lost."
        return fail("table", f"its keys are {', '.join(state.keys)}", remedy)
    if state.status not in {"ACTIVE", "UPDATING"}:
        return fail("table", f"its status is {state.status}", "Wait, or restore it.")
    return ok("table", "it exists and has the right keys")


def _recovery(table: TableInspection) -> Check:
    if table.has_point_in_time_recovery():
        return ok("recovery", "point-in-time recovery is enabled")
    remedy = "Enable it. Without the table nothing is lost, but the export lists 30 days again."
    return warn("recovery", "point-in-time recovery is disabled", remedy)
