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
from tests.consumers.edge_values import EdgeValuesExport

Row = dict[str, Any]

_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Expected:
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


def expected_rows(export: EdgeValuesExport, since: str) -> list[Expected]:
    """Every Execution created on that day or later."""
    found = []
    for flow, execution in export.executions():
        execution.rendered = None
        text = execution_text(flow, execution, export.now, export.url)
        found.append(Expected(execution, dict(exact(text))))
    return [expected for expected in found if expected.day >= since]


class Members(list[tuple[str, Any]]):
    """An object, no key of it lost or merged."""


def exact(text: str) -> Any:
    """JSON with nothing rounded; half a character is U+FFFD, as exported.

    Text that is no JSON is itself: most engines give a JSON string without its quotes.
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
    final = [expected for expected in found if expected.ended]
    return {
        "Final rows": [_final(expected) for expected in final],
        "Latest state": [
            _columns(expected, "sid", "flow_sid", "status", "date_created", "date_updated")
            for expected in found
        ],
        "Executions per Flow and day": [
            {"flow_sid": flow, "dt": day, "executions": len(group), "ended": _ended(group)}
            for (flow, day), group in _grouped(found).items()
        ],
        "Durations": list(_durations(final)),
        "Still active": [
            _columns(expected, "sid", "flow_sid", "date_created")
            for expected in found
            if not expected.ended
        ],
        "Hour of the week": list(_hours(found)),
        "Export freshness": list(_freshness(found)),
    }


def _final(expected: Expected) -> Row:
    row = _columns(
        expected, "sid", "flow_sid", "flow_version", "contact_channel_address", "initiated_by"
    )
    began, ended = expected.fields["date_created"], expected.fields.get("date_updated")
    return row | {"began": began, "ended": ended, "context": expected.fields.get("context")}


def _columns(expected: Expected, *names: str) -> Row:
    return {name: expected.fields.get(name) for name in names}


def _grouped(found: Iterable[Expected]) -> dict[tuple[str, str], list[Expected]]:
    groups = defaultdict(list)
    for expected in found:
        groups[expected.fields["flow_sid"], expected.day].append(expected)
    return groups


def _ended(group: Iterable[Expected]) -> int:
    return sum(expected.ended for expected in group)


def _durations(final: Sequence[Expected]) -> Iterable[Row]:
    for flow in sorted({expected.fields["flow_sid"] for expected in final}):
        ours = [expected.seconds for expected in final if expected.fields["flow_sid"] == flow]
        seconds = [each for each in ours if each is not None]
        hundredths = statistics.quantiles(seconds, n=100, method="inclusive")
        yield {
            "flow_sid": flow,
            "ended": len(seconds),
            "median_seconds": hundredths[49],
            "p95_seconds": hundredths[94],
        }


def _hours(found: Iterable[Expected]) -> Iterable[Row]:
    begun = [expected.execution.created for expected in found]
    counts = Counter((instant.isoweekday(), instant.hour) for instant in begun)
    for (weekday, hour), executions in counts.items():
        yield {"weekday": weekday, "hour": hour, "executions": executions}


def _freshness(found: Sequence[Expected]) -> Iterable[Row]:
    for flow in sorted({expected.fields["flow_sid"] for expected in found}):
        ours = [expected for expected in found if expected.fields["flow_sid"] == flow]
        ends = [expected.fields.get("date_updated") or "" for expected in ours if expected.ended]
        newest = max(expected.fields["date_created"] for expected in ours)
        yield {"flow_sid": flow, "newest_began": newest, "newest_ended": max(ends)}
