"""The findings of `verify`, as lines and as JSON. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from studio_export.instants import format_instant
from studio_export_cli.output import quantity
from studio_export_cli.verify.comparison import KINDS, DayReport

_ROW = "{:<34}  {:<10}  {:>9}  {:>9}  {:>9}  {:>7}  {:>6}  {}"
_MAX_LINES = 100


def lines(reports: Sequence[DayReport]) -> Iterator[str]:
    yield _ROW.format("FLOW", "DAY", "LISTED", "EXPORTED", "ENDED", "NOT DUE", "GONE", "FOUND")
    for each in reports:
        if each.listed or each.exported or each.found:
            counts = (each.listed, each.exported, each.ended, each.not_due, each.gone)
            yield _ROW.format(
                each.flow_sid,
                f"{each.span.start:%Y-%m-%d}",
                *(f"{count:,}" for count in counts),
                _format_found(each.found) or "-",
            )
    findings = [finding for each in reports for finding in each.findings]
    if findings:
        yield ""
    for finding in findings[:_MAX_LINES]:
        yield f"{finding.kind}: {finding.message}  {finding.location}"
    hidden = sum(each.found.total() for each in reports) - len(findings[:_MAX_LINES])
    if hidden:
        yield f"… and {hidden:,} more"
    yield ""
    yield total_line(reports)


def total_line(reports: Sequence[DayReport]) -> str:
    totals = _totals(reports)
    text = (
        f"{quantity(totals['listed'], 'Execution')} listed, {totals['exported']:,} exported,"
        f" {totals['ended']:,} of them ended"
    )
    for count, what in ((totals["not_due"], "not yet due"), (totals["rejected"], "rejected")):
        text += f", {count:,} {what}" if count else ""
    found = _format_found(found_in(reports))
    return f"{text}: {found or 'no problem found'}"


def found_in(reports: Sequence[DayReport]) -> Counter[str]:
    return sum((each.found for each in reports), Counter())


def as_json(reports: Sequence[DayReport]) -> dict[str, Any]:
    found = found_in(reports)
    days: dict[str, dict[str, Any]] = {}
    for each in reports:
        days.setdefault(each.flow_sid, {})[f"{each.span.start:%Y-%m-%d}"] = _day_as_json(each)
    return {
        "ok": not found,
        "totals": {**_totals(reports), "found": dict(found)},
        "flows": days,
    }


def _day_as_json(each: DayReport) -> dict[str, Any]:
    return {
        "since": format_instant(each.span.start),
        "until": format_instant(each.span.stop),
        **_totals([each]),
        "found": dict(each.found),
        "findings": [
            {"kind": finding.kind, "location": finding.location, "message": finding.message}
            for finding in each.findings
        ],
    }


def _totals(reports: Sequence[DayReport]) -> dict[str, int]:
    names = ("listed", "exported", "ended", "objects", "not_due", "gone", "rejected")
    return {name: sum(getattr(each, name) for each in reports) for name in names}


def _format_found(found: Counter[str]) -> str:
    return ", ".join(f"{found[kind]:,} {kind}" for kind in KINDS if found[kind])
