"""The audit of Steps: compare every line of `steps/` with what the simulated Studio holds."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from simulator.account import Flow
from simulator.steps import steps_of
from tools.demo.audit import RUN_INTERVAL

_SETTLED = timedelta(minutes=10)  # Steps are asked for this long after the final line


@dataclass(frozen=True, slots=True)
class StepAudit:
    """`lost`: Executions whose Steps were due and are not there, or are not Twilio's."""

    lines: int
    lost: int
    doubled: int


def audit_steps(
    flow: Flow, root: Path, final_at: Mapping[str, datetime], since: datetime, last_run: datetime
) -> StepAudit:
    """Audit the Executions created since that instant; `final_at` has when each got its end."""
    found: defaultdict[str, list[list[str]]] = defaultdict(list)
    for line in _lines(root, flow):
        found[line["execution_sid"]].append([step["sid"] for step in line["steps"] or ()])
    wanted = {sid for sid in final_at if flow.by_sid[sid].created >= since}
    # Two more intervals: the next run asks, and it may be killed.
    latest = last_run - _SETTLED - 2 * RUN_INTERVAL
    missing = sum(sid not in found and final_at[sid] <= latest for sid in wanted)
    there = found.keys() & wanted
    wrong = sum(_differs(flow, sid, found[sid][0], last_run) for sid in there)
    lines = sum(map(len, found.values()))
    return StepAudit(lines, missing + wrong, lines - len(there))


def _differs(flow: Flow, sid: str, exported: list[str], now: datetime) -> bool:
    held = steps_of(flow, flow.by_sid[sid], now, "")
    return exported != [step["sid"] for step in held]


def _lines(root: Path, flow: Flow) -> Iterator[dict[str, Any]]:
    for path in sorted((root / "steps").glob(f"*/{flow.sid}-*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            yield json.loads(line)
