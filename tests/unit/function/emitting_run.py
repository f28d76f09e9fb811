"""An invocation over Executions full of private values, and all that it emits.

Run as a script, because Powertools keeps the standard output that it saw first. Logs and metrics
go to standard output. The result goes to standard error, as JSON, with the stored names, metadata
and checkpoints.
"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from studio_export.errors import StudioExportError
from studio_export.export.ages import DAY
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.function.result import as_json, check
from studio_export.function.telemetry import Telemetry
from studio_export.instants import format_instant
from studio_export.log.cache import LogCache
from studio_export.model import Reply
from studio_export.twilio.listing import TOLERANCE
from tests.unit.doubles import BASE_URL
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

PHONE, BODY = "+15550100123", "call me at home"
NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
GOOD, CUT, FAULT, CORRUPT = (f"FW{digit * 32}" for digit in "0123")
EVENT = {"id": "event-1", "detail": PHONE}


class PrivateSource:
    """Answers with a phone number and a body in every place where one can be."""

    base_url = BASE_URL

    def get(self, url: str, deadline: float) -> Reply:  # noqa: ARG002  no time passes
        if FAULT in url:
            raise KeyError(PHONE, BODY)
        asked_from = datetime.fromisoformat(url.split("DateCreatedFrom=")[1][:20])
        created = format_instant(asked_from + TOLERANCE)  # the first second that counts
        private = {"contact_channel_address": PHONE, "context": {"text": BODY}}
        records = [
            {"sid": "FN1", "status": "ended", "date_created": created, **private},
            {"sid": None, "status": "ended", "date_created": created, **private},
            {"sid": "FN2", "status": PHONE, "date_created": created, **private},
        ]
        page = json.dumps({"meta": {"key": "executions"}, "executions": records}).encode()
        return Reply(page[:-5] if CUT in url else page)


def main() -> None:
    store, checkpoints, clock = MemoryStore(), MemoryCheckpoints(), VirtualClock(NOW)
    for hours in range(48):
        day = NOW - timedelta(hours=hours)
        store.put_if_absent(
            f"executions/dt={day:%Y-%m-%d}/{CORRUPT}-T{day:%H}-00000.jsonl.gz", PHONE.encode(), {}
        )
    sweeper = Sweeper(PrivateSource(), store, clock, LogCache())
    exporter = Exporter(
        sweeper, checkpoints, (GOOD, CUT, FAULT, CORRUPT), (120, DAY), DAY, concurrency=1
    )
    telemetry = Telemetry()
    with telemetry.invocation(EVENT, "request-1", "acme"):
        summary = exporter.export(None, "me", 800)
        telemetry.report(summary, None)
    try:
        check(summary)
    except StudioExportError as error:
        failure = repr(error)
    results = {
        "summary": as_json(summary),
        "failure": failure,
        "keys": sorted(store.objects),
        "metadata": store.metadata,
        "items": {sid: str(asdict(item)) for sid, item in checkpoints.items.items()},
    }
    json.dump(results, sys.stderr)


if __name__ == "__main__":
    main()
