"""The state of Steps, Contexts and Flow revisions, as a table and as JSON. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from studio_export.log.keys import EXECUTIONS, hour_name
from studio_export_cli.output import format_duration, quantity
from studio_export_cli.status.dataset_status import DatasetStatus

_ROW = "{:<34}  {:>8}  {:>8}  {:>7}  {:>13}  {:>8}"


def lines(datasets: Sequence[DatasetStatus]) -> Iterator[str]:
    """The table, after an empty line; nothing without a dataset."""
    if not datasets:
        return
    yield ""
    yield _ROW.format("DATASET", "OBJECTS", "DONE", "NOT DUE", "OLDEST UNDONE", "HEADROOM")
    for each in datasets:
        headroom = each.headroom_seconds
        yield _ROW.format(
            each.name,
            f"{each.objects:,}",
            f"{each.done:,}",
            f"{each.not_due:,}",
            _oldest_hour(each) or "-",
            "-" if headroom is None else format_duration(headroom),
        )


def refusal_lines(refusal: str) -> Iterator[str]:
    """Say that it is unknown whether there are other datasets, if `refusal` says why."""
    if refusal:
        yield ""
        yield f"Steps, Contexts and Flow revisions are not shown: {refusal.rstrip('.')}."


def problems(datasets: Iterable[DatasetStatus]) -> Iterator[str]:
    """A message for each dataset that is not ok."""
    for each in datasets:
        if not each.ok:
            headroom = each.headroom_seconds or 0
            first = (
                f"in {format_duration(headroom)} Twilio deletes the first of their Executions"
                if headroom
                else "Twilio has deleted the first of their Executions"
            )
            yield (
                f"{each.name} lacks the lines of {quantity(len(each.due), 'object')} of"
                f" {EXECUTIONS}: {first}. Check that runs succeed and have time left."
            )


def as_json(datasets: Iterable[DatasetStatus]) -> dict[str, Any]:
    return {
        each.name: {
            "ok": each.ok,
            "objects": each.objects,
            "done": each.done,
            "not_due": each.not_due,
            "oldest_undone": _oldest_hour(each),
            "headroom_seconds": each.headroom_seconds,
        }
        for each in datasets
    }


def _oldest_hour(each: DatasetStatus) -> str | None:
    oldest = each.oldest
    return hour_name(oldest.parent.day, oldest.parent.hour) if oldest else None
