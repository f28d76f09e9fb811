"""The checkpoints: is the table as it should be, and can each item be read?"""

from collections.abc import Iterator

from studio_export.errors import StudioExportError
from studio_export_cli.destination import ReadableCheckpoints
from studio_export_cli.doctor.aws_table import TableInspection
from studio_export_cli.doctor.check import Verdict, failed, if_allowed, ok, warning, wrong
from studio_export_cli.output import many

_KEYS = ("dataset S HASH", "flow_sid S RANGE")


def examine_table(table: TableInspection) -> Iterator[Verdict]:
    yield if_allowed("table", lambda: _table(table))
    yield if_allowed("recovery", lambda: _recovery(table))


def examine_items(checkpoints: ReadableCheckpoints) -> Iterator[Verdict]:
    """An item that is newer than this program, or malformed, stops its Flow."""
    try:
        items = checkpoints.items()
    except StudioExportError as error:
        yield failed("items", error, "Mend that first: without checkpoints no Flow is exported.")
        return
    for item in items:
        if item.fault:
            yield wrong("items", item.fault, "Upgrade this program, or delete the item.")
    good = sum(item.fault is None for item in items)
    if good or not items:
        yield ok("items", f"of {many(good, 'Flow')} can be read")


def _table(table: TableInspection) -> Verdict:
    state = table.state()
    if state is None:
        return wrong("table", "there is no such table", "See 'Lose or restore the table', runbook.")
    if state.keys != _KEYS:
        do = f"Make a new one with the keys {', '.join(_KEYS)}: nothing is lost."
        return wrong("table", f"its keys are {', '.join(state.keys)}", do)
    if state.status not in {"ACTIVE", "UPDATING"}:
        return wrong("table", f"it is {state.status}", "Wait, or restore it.")
    return ok("table", "is there, with the right keys")


def _recovery(table: TableInspection) -> Verdict:
    if table.recovers_to_a_point_in_time():
        return ok("recovery", "to a point in time, is on")
    do = "Enable point-in-time recovery: losing the table loses nothing, but costs many requests."
    return warning("recovery", "to a point in time, is off", do)
