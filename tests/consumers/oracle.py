"""The answers that every engine must give, from what the simulated Studio held and no line of it.

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

from simulator.account import Execution
from simulator.render import execution_text
from studio_export.twilio.record import ENDED
from tests.consumers.edge_values import NastyExport

Row = dict[str, Any]

COMPACTED = "Compacted days"  # the same rows, by the view that reads `daily/` where it can

_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Truth:
    """An Execution, and its fields as the API showed them last."""

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


def truths(export: NastyExport, since: str) -> list[Truth]:
    """Every Execution created on that day or later."""
    found = []
    for flow, execution in export.executions():
        execution.rendered = None
        text = execution_text(flow, execution, export.now, export.url)
        found.append(Truth(execution, dict(exact(text))))
    return [truth for truth in found if truth.day >= since]


class Members(list[tuple[str, Any]]):
    """An object, no key of it lost or merged."""


def exact(text: str) -> Any:
    """JSON with nothing rounded; half a character is U+FFFD, as exported.

    Text that is no JSON is itself: most engines give a JSON string without its quotes.
    """
    try:
        return _mended(json.loads(text, parse_float=Decimal, object_pairs_hook=Members))
    except ValueError:
        return text


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, Members):
        return Members((_mended(key), _mended(each)) for key, each in value)
    if isinstance(value, list):
        return [_mended(each) for each in value]
    return value


def answers(found: Sequence[Truth]) -> dict[str, list[Row]]:
    final = [truth for truth in found if truth.ended]
    return {
        "Final rows": [_final(truth) for truth in final],
        COMPACTED: [_final(truth) for truth in final],
        "Latest state": [
            _columns(truth, "sid", "flow_sid", "status", "date_created", "date_updated")
            for truth in found
        ],
        "Executions per Flow and day": [
            {"flow_sid": flow, "dt": day, "executions": len(group), "ended": _ended(group)}
            for (flow, day), group in _grouped(found).items()
        ],
        "Durations": list(_durations(final)),
        "Still active": [
            _columns(truth, "sid", "flow_sid", "date_created") for truth in found if not truth.ended
        ],
        "Hour of the week": list(_hours(found)),
        "Export freshness": list(_freshness(found)),
    }


def _final(truth: Truth) -> Row:
    row = _columns(
        truth, "sid", "flow_sid", "flow_version", "contact_channel_address", "initiated_by"
    )
    began, ended = truth.fields["date_created"], truth.fields.get("date_updated")
    return row | {"began": began, "ended": ended, "context": truth.fields.get("context")}


def _columns(truth: Truth, *names: str) -> Row:
    return {name: truth.fields.get(name) for name in names}


def _grouped(found: Iterable[Truth]) -> dict[tuple[str, str], list[Truth]]:
    groups = defaultdict(list)
    for truth in found:
        groups[truth.fields["flow_sid"], truth.day].append(truth)
    return groups


def _ended(group: Iterable[Truth]) -> int:
    return sum(truth.ended for truth in group)


def _durations(final: Sequence[Truth]) -> Iterable[Row]:
    for flow in sorted({truth.fields["flow_sid"] for truth in final}):
        ours = [truth.seconds for truth in final if truth.fields["flow_sid"] == flow]
        seconds = [each for each in ours if each is not None]
        hundredths = statistics.quantiles(seconds, n=100, method="inclusive")
        yield {
            "flow_sid": flow,
            "ended": len(seconds),
            "median_seconds": hundredths[49],
            "p95_seconds": hundredths[94],
        }


def _hours(found: Iterable[Truth]) -> Iterable[Row]:
    begun = [truth.execution.created for truth in found]
    counts = Counter((instant.isoweekday(), instant.hour) for instant in begun)
    for (weekday, hour), executions in counts.items():
        yield {"weekday": weekday, "hour": hour, "executions": executions}


def _freshness(found: Sequence[Truth]) -> Iterable[Row]:
    for flow in sorted({truth.fields["flow_sid"] for truth in found}):
        ours = [truth for truth in found if truth.fields["flow_sid"] == flow]
        ends = [truth.fields.get("date_updated") or "" for truth in ours if truth.ended]
        newest = max(truth.fields["date_created"] for truth in ours)
        yield {"flow_sid": flow, "newest_began": newest, "newest_ended": max(ends)}
