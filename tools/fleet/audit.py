"""What is lost and what is doubled: the lines of the bucket beside the simulated Studio."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from isal import isal_zlib

from simulator.account import Flow
from studio_export.log.keys import EXECUTIONS
from tools.local_lambda.cloud import PREFIX, LocalCloud

_HEAD = timedelta(minutes=2, seconds=1)
_GZIP = 31  # zlib's window bits for gzip
_WORST = timedelta(days=29, hours=23)  # Twilio deletes what is older while the export runs


@dataclass(frozen=True, slots=True)
class Audit:
    """What a bucket lacks, and what it has too often.

    Attributes:
        lost: Sids of Executions without the line that they must have, by Flow.
        doubled: how many lines repeat an Execution's status.
    """

    lines: int
    lost: Counter[str]
    doubled: int


def audit(
    cloud: LocalCloud, began: datetime, prefix: str = PREFIX, flows: Sequence[Flow] | None = None
) -> Audit:
    """Compare after a run that began then: what had ended by then has its final line.

    `flows` are those of the dataset; by default all of the Studio.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for body in cloud.objects(f"{prefix}/{EXECUTIONS}").values():
        for line in isal_zlib.decompress(body, wbits=_GZIP).splitlines():
            record = json.loads(line)
            seen[record["sid"], record["status"]] += 1
    exported = {sid for sid, _ in seen}
    lost = Counter(
        flow.sid
        for flow in flows or cloud.studio.studio.account.flows
        for each in flow.there(began)
        if began - _WORST < each.created < began - _HEAD
        if (each.sid, "ended") not in seen
        if each.ended(began) or each.sid not in exported
    )
    return Audit(seen.total(), lost, seen.total() - len(seen))
