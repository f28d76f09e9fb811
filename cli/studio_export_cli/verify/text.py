"""The findings of `verify`, as lines and as JSON. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from studio_export.errors import describe, failure_of
from studio_export.instants import format_instant
from studio_export_cli.output import quantity, rejected_line
from studio_export_cli.verify import detail_text
from studio_export_cli.verify.comparison import DayReport, Verification
from studio_export_cli.verify.findings import format_found

_ROW = "{}  {:<10}  {:>9}  {:>9}  {:>9}  {:>7}  {:>6}  {}"
_MAX_LINES = 100


def lines(verification: Verification) -> Iterator[str]:
    reports, names = verification.reports, verification.names
    headings = ("DAY", "LISTED", "EXPORTED", "ENDED", "NOT DUE", "GONE", "FOUND")
    yield _ROW.format(names.heading("FLOW"), *headings)
    for each in reports:
        if each.listed or each.exported or each.found:
            counts = (each.listed, each.exported, each.ended, each.not_due, each.gone)
            yield _ROW.format(
                names.cell(each.flow_sid),
                f"{each.span.start:%Y-%m-%d}",
                *(f"{count:,}" for count in counts),
                format_found(each.found) or "-",
            )
    yield from detail_text.table(verification.details)
    findings = verification.findings
    if findings:
        yield ""
    for finding in findings[:_MAX_LINES]:
        yield f"{finding.kind}: {finding.message}  {finding.location}"
    hidden = verification.found.total() - len(findings[:_MAX_LINES])
    if hidden:
        yield f"… and {hidden:,} more"
    yield ""
    if verification.sample:
        yield detail_text.sample_line(verification.sample)
    yield total_line(verification)


def total_line(verification: Verification) -> str:
    totals = _totals(verification.reports)
    text = (
        f"{quantity(totals['listed'], 'Execution')} listed, {totals['exported']:,} exported,"
        f" {totals['ended']:,} of them ended"
    )
    for count, what in ((totals["not_due"], "not yet due"), (totals["rejected"], "rejected")):
        text += f", {count:,} {what}" if count else ""
    if verification.ok:
        return f"{text}: no problem found"
    return f"{text}: {format_found(verification.found) or 'not all could be compared'}"


def complaints(verification: Verification) -> Iterator[str]:
    """What a person must look at besides the findings, a line each."""
    for failure in verification.listing_failures:
        yield describe(failure_of(failure))
    if verification.rejected:
        yield rejected_line(verification.rejected, "compared")


def as_json(verification: Verification) -> dict[str, Any]:
    days: dict[str, dict[str, Any]] = {}
    for each in verification.reports:
        days.setdefault(each.flow_sid, {})[f"{each.span.start:%Y-%m-%d}"] = _day_as_json(each)
    return {
        "ok": verification.ok,
        "totals": {**_totals(verification.reports), "found": dict(verification.found)},
        "listing_errors": [describe(failure_of(each)) for each in verification.listing_failures],
        "flows": days,
        "datasets": detail_text.as_json(verification.details),
        **(
            {"sample": detail_text.sample_as_json(verification.sample)}
            if verification.sample
            else {}
        ),
    }


def _day_as_json(each: DayReport) -> dict[str, Any]:
    return {
        "since": format_instant(each.span.start),
        "until": format_instant(each.span.stop),
        **_totals([each]),
        "found": dict(each.found),
        "findings": [*map(detail_text.finding_as_json, each.findings)],
    }


def _totals(reports: Sequence[DayReport]) -> dict[str, int]:
    names = ("listed", "exported", "ended", "objects", "not_due", "gone", "rejected")
    return {name: sum(getattr(each, name) for each in reports) for name in names}
