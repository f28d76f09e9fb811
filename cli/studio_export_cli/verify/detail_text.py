"""What `verify` found of Steps, Contexts and Flow revisions, as lines and as JSON. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from studio_export_cli.output import quantity
from studio_export_cli.verify.detail_report import DetailReport
from studio_export_cli.verify.findings import Finding, format_found
from studio_export_cli.verify.sample import SampleReport

_ROW = "{:<34}  {:<10}  {:>9}  {:>9}  {:>9}  {:>7}  {}"
_NAMES = ("ended", "lines", "empty", "not_due")


def table(reports: Sequence[DetailReport]) -> Iterator[str]:
    """A row for each dataset and day, after an empty line; nothing without a dataset."""
    if not reports:
        return
    yield ""
    yield _ROW.format("DATASET", "DAY", "ENDED", "LINES", "EMPTY", "NOT DUE", "FOUND")
    for each in sorted(reports, key=lambda each: (each.dataset, each.day)):
        if each.ended or each.lines or each.found:
            counts = (f"{getattr(each, name):,}" for name in _NAMES)
            yield _ROW.format(each.dataset, each.day, *counts, format_found(each.found) or "-")


def sample_line(sample: SampleReport) -> str:
    text = f"{quantity(sample.asked, 'Execution')} asked again at Twilio"
    if sample.gone:
        text += f", {sample.gone:,} of them gone"
    return f"{text}: {quantity(sample.late_steps, 'Step')} came after the line was written"


def as_json(reports: Sequence[DetailReport]) -> dict[str, Any]:
    datasets: dict[str, dict[str, Any]] = {}
    for each in reports:
        datasets.setdefault(each.dataset, {})[each.day] = {
            **{name: getattr(each, name) for name in _NAMES},
            "found": dict(each.found),
            "findings": [*map(finding_as_json, each.findings)],
        }
    return datasets


def sample_as_json(sample: SampleReport) -> dict[str, Any]:
    return {
        "asked": sample.asked,
        "gone": sample.gone,
        "late_steps": sample.late_steps,
        "findings": [*map(finding_as_json, sample.findings)],
    }


def finding_as_json(finding: Finding) -> dict[str, str]:
    return {"kind": finding.kind, "location": finding.location, "message": finding.message}
