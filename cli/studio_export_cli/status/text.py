"""A status for a person: tables, and a picture of 30 days. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, timedelta
from typing import Any

from studio_export.instants import format_instant
from studio_export_cli.output import duration
from studio_export_cli.status.coverage import DAYS, coverage
from studio_export_cli.status.flow_status import FlowStatus

_FAR = "{:<34}  {:>9}  {:>8}  {:>8}  {:>6}  {:>4}  {}"
_AGES = "{:<34}  {:>6}  {:>20}  {:>8}"
_COUNTED = "{:<34}  {:>8}  {:>13}  {:>13}  {:>11}  {:>11}"

# Nothing, in parts, all of it; the second for what is no terminal, or knows no Unicode.
BLOCKS, PLAIN = "·▁▂▃▄▅▆█", ".123456#"


def lines(flows: Sequence[FlowStatus], *, with_ages: bool, levels: str) -> Iterator[str]:
    yield from _far(flows)
    yield ""
    yield from picture(flows, levels)
    if with_ages:
        yield ""
        yield from _ages(flows)
    if any(flow.counted for flow in flows):
        yield ""
        yield from _counted(flows)


def _far(flows: Iterable[FlowStatus]) -> Iterator[str]:
    yield _FAR.format("FLOW", "LAST TICK", "HEAD LAG", "HEADROOM", "FINALS", "LATE", "LEASE")
    for flow in flows:
        tick = flow.last_tick
        yield _FAR.format(
            flow.flow_sid,
            f"{_said((flow.now - tick).total_seconds())} ago" if tick else "never",
            _said(flow.head_lag_seconds),
            _said(flow.headroom_seconds),
            _said(flow.final_headroom_seconds),
            len(flow.late) or "-",
            f"until {flow.lease.until.astimezone(UTC):%H:%M:%S}Z" if flow.lease else "-",
        ).rstrip()


def picture(flows: Sequence[FlowStatus], levels: str) -> Iterator[str]:
    """A line for each Flow, in which each day of creation is a character."""
    today = flows[0].now.date()
    first = today - timedelta(days=DAYS - 1)
    dates = f"{first:%d %b}".ljust(DAYS - 6) + f"{today:%d %b}"
    yield f"{'30 DAYS OF CREATION':<34}  {dates}"
    for flow in flows:
        yield f"{flow.flow_sid:<34}  {_drawn(flow, levels)}".rstrip()
    yield f"{levels[-1]} listed at every age that has come, {levels[0]} at none"


def _drawn(flow: FlowStatus, levels: str) -> str:
    if not flow.cursors:
        return levels[0] * DAYS
    shares = coverage(flow.cursors, flow.now, flow.patience_seconds).values()
    return "".join(" " if share is None else level(share, levels) for share in shares)


def level(share: float, levels: str) -> str:
    """The first for nothing and the last for all of it, neither for anything else."""
    if share <= 0 or share >= 1:
        return levels[-1] if share >= 1 else levels[0]
    return levels[1 + int(share * (len(levels) - 2))]


def _ages(flows: Iterable[FlowStatus]) -> Iterator[str]:
    yield _AGES.format("FLOW", "AGE", "LISTED UP TO", "BEHIND")
    for flow in flows:
        for age, cursor in sorted(flow.cursors.items()):
            late = "  late" if age in flow.late else ""
            behind = _said(flow.behind_seconds(age))
            yield _AGES.format(flow.flow_sid, duration(age), format_instant(cursor), behind) + late


def _counted(flows: Iterable[FlowStatus]) -> Iterator[str]:
    yield _COUNTED.format("FLOW", "OBJECTS", "FIRST HOUR", "LAST HOUR", "LINES", "ENDED")
    for flow in flows:
        if each := flow.counted:
            counts = (f"{each.objects:,}", *each.hours, f"{each.lines:,}", f"{each.ended:,}")
            yield _COUNTED.format(flow.flow_sid, *counts)


def _said(seconds: float | None) -> str:
    return "-" if seconds is None else duration(max(0, seconds))


def complaints(flows: Iterable[FlowStatus]) -> Iterator[str]:
    """A line for each Flow that a person should look at."""
    for flow in flows:
        if flow.stored.fault:
            yield flow.stored.fault
        elif not flow.cursors:
            yield f"{flow.flow_sid} has no checkpoint: no tick has exported it to here"
        elif flow.late:
            oldest = min(span.start for span in flow.late.values())
            yield (
                f"{flow.flow_sid} is late at {len(flow.late)} of {len(flow.cursors)} ages: what was"
                f" created from {format_instant(oldest)} on waits for a sweep"
            )


def as_json(flows: Sequence[FlowStatus]) -> dict[str, Any]:
    return {
        "well": all(flow.well for flow in flows),
        "flows": {flow.flow_sid: _flow_as_json(flow) for flow in flows},
    }


def _flow_as_json(flow: FlowStatus) -> dict[str, Any]:
    tick, lease, counted = flow.last_tick, flow.lease, flow.counted
    days: dict[date, float | None] = {}
    if flow.cursors:
        days = coverage(flow.cursors, flow.now, flow.patience_seconds)
    return {
        "well": flow.well,
        "fault": flow.stored.fault,
        "last_tick": format_instant(tick) if tick else None,
        "head_lag_seconds": flow.head_lag_seconds,
        "headroom_seconds": flow.headroom_seconds,
        "final_headroom_seconds": flow.final_headroom_seconds,
        "late_ages": sorted(flow.late),
        "lease": lease and {"holder": lease.owner, "until": format_instant(lease.until)},
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
