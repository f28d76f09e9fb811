"""What the dashboard's two queries find in the month's log lines.

Logs Insights itself is not simulated: each query is known here by what it asks for.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from studio_export.model import Counts
from tools.dashboard.month import Month

_MOST_CHARACTERS = 52


@dataclass(frozen=True, slots=True)
class Table:
    """`places` of the columns, from 0 to 1, and which of them are aligned to the `right`."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    places: Sequence[float]
    right: Sequence[bool]


def table(query: str, month: Month) -> Table:
    return _flows(month) if "stats" in query else _errors(month)


def _flows(month: Month) -> Table:
    counts: defaultdict[str, Counts] = defaultdict(Counts)
    lags: defaultdict[str, int] = defaultdict(int)
    for at, flow in month.told:
        if at < month.shown_from:
            continue
        counts[flow.flow_sid] += flow.counts
        lags[flow.flow_sid] = max(lags[flow.flow_sid], flow.head_lag_seconds or 0)
    rows = [
        (
            sid,
            *(
                f"{n:,}"
                for n in (of.lines, of.ended, of.objects, of.pages, of.throttles, lags[sid])
            ),
        )
        for sid, of in sorted(counts.items(), key=lambda each: -each[1].lines)
    ]
    header = ("flow_sid", "Lines", "Ended", "Objects", "Pages", "Throttles", "Most_lag")
    return Table(header, rows, (0, 0.47, 0.58, 0.69, 0.79, 0.9, 1), (False, *[True] * 6))


def _errors(month: Month) -> Table:
    failed = [(at, flow) for at, flow in month.told if flow.error][:-21:-1]
    rows = [
        (f"{month.when(at):%Y-%m-%d %H:%M:%S}", f"{flow.flow_sid[:10]}…", _cut(flow.error or ""))
        for at, flow in failed
    ]
    return Table(("@timestamp", "flow_sid", "error"), rows, (0, 0.2, 0.34), (False, False, False))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"
