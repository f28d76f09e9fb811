"""The state of the Flows, as tables, a picture of 30 days, and JSON. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, timedelta
from typing import Any

from studio_export.instants import format_instant
from studio_export_cli.flow_names import FlowNames
from studio_export_cli.output import format_duration, quantity
from studio_export_cli.status.coverage import DAYS, coverage
from studio_export_cli.status.flow_status import FlowStatus

_PROGRESS = "{}  {:>9}  {:>8}  {:>8}  {:>6}  {:>4}  {:>8}  {:>7}  {}"
_AGES = "{}  {:>6}  {:>20}  {:>8}"
_COUNTS = "{}  {:>8}  {:>13}  {:>13}  {:>11}  {:>11}"

# None, in parts, all; PLAIN is for output that is not a terminal, or has no Unicode.
_MAX_HOLES = 3
BLOCKS, PLAIN = "·▁▂▃▄▅▆█", ".123456#"


def lines(
    flows: Sequence[FlowStatus], names: FlowNames, *, with_ages: bool, levels: str
) -> Iterator[str]:
    yield from _progress(flows, names)
    yield ""
    yield from picture(flows, names, levels)
    if with_ages:
        yield ""
        yield from _ages(flows, names)
    if any(flow.counted for flow in flows):
        yield ""
        yield from _count_table(flows, names)


def _progress(flows: Iterable[FlowStatus], names: FlowNames) -> Iterator[str]:
    yield _PROGRESS.format(
        *(names.heading("FLOW"), "LAST RUN", "HEAD LAG", "HEADROOM", "FINALS", "LATE"),
        *("WATCHED", "FILTER", "LEASE"),
    )
    for flow in flows:
        last_run = flow.last_run
        yield _PROGRESS.format(
            names.cell(flow.flow_sid),
            f"{_format((flow.now - last_run).total_seconds())} ago" if last_run else "never",
            _format(flow.head_lag_seconds),
            _format(flow.headroom_seconds),
            _format(flow.final_headroom_seconds),
            len(flow.late) or "-",
            _format_watched(flow),
            {True: "yes", False: "ignored", None: "-"}[flow.filter_works],
            f"until {flow.lease.until.astimezone(UTC):%H:%M:%S}Z" if flow.lease else "-",
        ).rstrip()


def _format_watched(flow: FlowStatus) -> str:
    if flow.watched is None:
        return "too many" if flow.too_many_active else "-"
    return f"{flow.watched:,}"


def picture(flows: Sequence[FlowStatus], names: FlowNames, levels: str) -> Iterator[str]:
    """A line for each Flow, with a character for each day of creation."""
    today = flows[0].now.date()
    first = today - timedelta(days=DAYS - 1)
    dates = f"{first:%d %b}".ljust(DAYS - 6) + f"{today:%d %b}"
    yield f"{names.heading('30 DAYS OF CREATION')}  {dates}"
    for flow in flows:
        yield f"{names.cell(flow.flow_sid)}  {_draw(flow, levels)}".rstrip()
    yield f"{levels[-1]} every listing that is due is done, {levels[0]} none is"


def _draw(flow: FlowStatus, levels: str) -> str:
    if not flow.cursors:
        return levels[0] * DAYS
    shares = coverage(flow.cursors, flow.now, flow.grace_seconds).values()
    return "".join(" " if share is None else level(share, levels) for share in shares)


def level(share: float, levels: str) -> str:
    """Return the first level for 0 only, the last for 1 only, and one between for the rest."""
    if share <= 0 or share >= 1:
        return levels[-1] if share >= 1 else levels[0]
    return levels[1 + int(share * (len(levels) - 2))]


def _ages(flows: Iterable[FlowStatus], names: FlowNames) -> Iterator[str]:
    yield _AGES.format(names.heading("FLOW"), "AGE", "LISTED UP TO", "BEHIND")
    for flow in flows:
        for age, cursor in sorted(flow.cursors.items()):
            late = "  late" if age in flow.late else ""
            behind = _format(flow.behind_seconds(age))
            cells = format_duration(age), format_instant(cursor), behind
            yield _AGES.format(names.cell(flow.flow_sid), *cells) + late


def _count_table(flows: Iterable[FlowStatus], names: FlowNames) -> Iterator[str]:
    headings = ("OBJECTS", "FIRST HOUR", "LAST HOUR", "LINES", "ENDED")
    yield _COUNTS.format(names.heading("FLOW"), *headings)
    for flow in flows:
        if each := flow.counted:
            counts = (f"{each.objects:,}", *each.hours, f"{each.lines:,}", f"{each.ended:,}")
            yield _COUNTS.format(names.cell(flow.flow_sid), *counts)


def _format(seconds: float | None) -> str:
    return "-" if seconds is None else format_duration(max(0, seconds))


def problems(flows: Iterable[FlowStatus], names: FlowNames) -> Iterator[str]:
    """A message for each Flow that is not ok."""
    for flow in flows:
        name = names.describe(flow.flow_sid)
        if flow.stored.fault:
            yield flow.stored.fault
        elif not flow.cursors:
            yield (
                f"{name} has no checkpoint: no run has exported it to this dataset."
                " Check --flow and --checkpoints."
            )
        if flow.holes:
            yield _hole_problem(flow, name)
        if flow.late:
            oldest = min(span.start for span in flow.late.values())
            yield (
                f"{name} is late at {len(flow.late)} of {len(flow.cursors)} ages:"
                f" Executions created since {format_instant(oldest)} wait for a sweep."
                " Check that runs succeed."
            )


def _hole_problem(flow: FlowStatus, name: str) -> str:
    seconds = quantity(sum(hole.seconds for hole in flow.holes), "second")
    spans = [f"{format_instant(hole.start)}/{format_instant(hole.stop)}" for hole in flow.holes]
    more = f" and {len(spans) - _MAX_HOLES} more" if len(spans) > _MAX_HOLES else ""
    return (
        f"{name}: {seconds} of creation time could not be listed:"
        f" {', '.join(spans[:_MAX_HOLES])}{more}. Everything else is exported, and each run"
        " asks for them again. Ask Twilio's support before it deletes them after 30 days."
    )


def as_json(flows: Sequence[FlowStatus], names: FlowNames) -> dict[str, Any]:
    return {
        "ok": all(flow.ok for flow in flows),
        "flows": {
            flow.flow_sid: {"name": names.name(flow.flow_sid), **_flow_as_json(flow)}
            for flow in flows
        },
    }


def _flow_as_json(flow: FlowStatus) -> dict[str, Any]:
    last_run, lease, counted = flow.last_run, flow.lease, flow.counted
    days: dict[date, float | None] = {}
    if flow.cursors:
        days = coverage(flow.cursors, flow.now, flow.grace_seconds)
    return {
        "ok": flow.ok,
        "error": flow.stored.fault,
        "last_run": format_instant(last_run) if last_run else None,
        "head_lag_seconds": flow.head_lag_seconds,
        "headroom_seconds": flow.headroom_seconds,
        "final_headroom_seconds": flow.final_headroom_seconds,
        "late_ages": sorted(flow.late),
        "holes": [
            {"since": format_instant(hole.start), "until": format_instant(hole.stop)}
            for hole in flow.holes
        ],
        "watched": flow.watched,
        "too_many_active": flow.too_many_active,
        "filter_works": flow.filter_works,
        "lease": lease and {"owner": lease.owner, "expires_at": format_instant(lease.until)},
        "ages": {
            str(age): {
                "listed_up_to": format_instant(cursor),
                "behind_seconds": flow.behind_seconds(age),
            }
            for age, cursor in sorted(flow.cursors.items())
        },
        "coverage": {
            day.isoformat(): share if share is None else round(share, 4)
            for day, share in days.items()
        },
        "objects": counted and counted.objects,
        "hours": counted and list(counted.hours),
        "lines": counted and counted.lines,
        "ended": counted and counted.ended,
    }
