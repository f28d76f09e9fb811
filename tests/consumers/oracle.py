"""The oracle of queries: expected answers, computed from the simulated Studio, not from lines.

A question has the same name and the same columns in each page of `docs/queries`.
"""

import json
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator.execution import Execution
from simulator.render import execution_text
from studio_export.twilio.record import ENDED
from tests.consumers.edge_values import EdgeValuesExport

Row = dict[str, Any]

COMPACTED = "Compacted days"  # the same rows, by the view that reads `daily/` where it can

_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Expected:
    """An Execution, and its fields as the API last showed them."""

    execution: Execution
    fields: Row

    @property
    def ended(self) -> bool:
        return bool(self.fields.get("status") == ENDED)

    @property
    def day(self) -> str:
        return self.execution.created.date().isoformat()

    @property
    def seconds(self) -> float | None:
        updated = self.fields.get("date_updated")
        if not self.ended or updated is None:
            return None
        return (datetime.fromisoformat(updated) - self.execution.created).total_seconds()


def expected_rows(export: EdgeValuesExport, since: str) -> list[Expected]:
    """Return every Execution created on that day or later."""
    found = []
    for flow, execution in export.executions():
        execution.rendered = None
        text = execution_text(flow, execution, export.now, export.url)
        found.append(Expected(execution, dict(exact(text))))
    return [row for row in found if row.day >= since]


class Members(list[tuple[str, Any]]):
    """A JSON object as pairs, so that no duplicate key is lost."""


def exact(text: str) -> Any:
    """Parse JSON without rounding; a lone surrogate becomes U+FFFD, as exported.

    Other text is returned as it is: most engines return a JSON string without its quotes.
    """
    try:
        return _replace_surrogates(json.loads(text, parse_float=Decimal, object_pairs_hook=Members))
    except ValueError:
        return text


def _replace_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, Members):
        return Members((_replace_surrogates(key), _replace_surrogates(each)) for key, each in value)
    if isinstance(value, list):
        return [_replace_surrogates(each) for each in value]
    return value


def answers(found: Sequence[Expected]) -> dict[str, list[Row]]:
    final = [row for row in found if row.ended]
    return {
        "Final rows": [_final(row) for row in final],
        COMPACTED: [_final(row) for row in final],
        "Latest state": [
            _columns(row, "sid", "flow_sid", "status", "date_created", "date_updated")
            for row in found
        ],
        "Executions per Flow and day": [
            {"flow_sid": flow, "dt": day, "executions": len(group), "ended": _ended(group)}
            for (flow, day), group in _grouped(found).items()
        ],
        "Durations": list(_durations(final)),
        "Still active": [
            _columns(row, "sid", "flow_sid", "date_created") for row in found if not row.ended
        ],
        "Hour of the week": list(_hours(found)),
        "Export freshness": list(_freshness(found)),
    }


def _final(row: Expected) -> Row:
    names = ("sid", "flow_sid", "flow_version", "contact_channel_address", "initiated_by")
    began, ended = row.fields["date_created"], row.fields.get("date_updated")
    context = row.fields.get("context")
    return _columns(row, *names) | {"began": began, "ended": ended, "context": context}


def _columns(row: Expected, *names: str) -> Row:
    return {name: row.fields.get(name) for name in names}


def _grouped(found: Iterable[Expected]) -> dict[tuple[str, str], list[Expected]]:
    groups = defaultdict(list)
    for row in found:
        groups[row.fields["flow_sid"], row.day].append(row)
    return groups


def _ended(group: Iterable[Expected]) -> int:
    return sum(row.ended for row in group)


def _durations(final: Sequence[Expected]) -> Iterable[Row]:
    for flow in sorted({row.fields["flow_sid"] for row in final}):
        ours = [row.seconds for row in final if row.fields["flow_sid"] == flow]
        seconds = [each for each in ours if each is not None]
        hundredths = statistics.quantiles(seconds, n=100, method="inclusive")
        yield {
            "flow_sid": flow,
            "ended": len(seconds),
            "median_seconds": hundredths[49],
            "p95_seconds": hundredths[94],
        }


def _hours(found: Iterable[Expected]) -> Iterable[Row]:
    begun = [row.execution.created for row in found]
    counts = Counter((instant.isoweekday(), instant.hour) for instant in begun)
    for (weekday, hour), executions in counts.items():
        yield {"weekday": weekday, "hour": hour, "executions": executions}


def _freshness(found: Sequence[Expected]) -> Iterable[Row]:
    for flow in sorted({row.fields["flow_sid"] for row in found}):
        ours = [row for row in found if row.fields["flow_sid"] == flow]
        ends = [row.fields.get("date_updated") or "" for row in ours if row.ended]
        newest = max(row.fields["date_created"] for row in ours)
        yield {"flow_sid": flow, "newest_began": newest, "newest_ended": max(ends)}
