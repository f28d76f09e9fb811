"""The oracle: read the dataset as a consumer does, and check every promise."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from simulator.account import Flow
from simulator.execution import Execution
from studio_export.model import Checkpoint
from tools.devkit.fakes.store import MemoryStore


class BrokenPromiseError(BaseException):
    """An invariant does not hold.

    A `BaseException`, because it is raised inside the production code, which turns any
    `Exception` of a sweep into an error of the Flow.
    """


_COUNTED_AS = {
    **dict.fromkeys(("G1", "D1"), "lost"),
    **dict.fromkeys(("G2", "G3", "D2"), "doubled"),
    **dict.fromkeys(("G5", "D3"), "rewritten"),
}


def counted_as(broken: str) -> str:
    """Return the count of a report to which a broken promise adds."""
    return _COUNTED_AS.get(broken[:2], "other")


def check_unchanged(known: Mapping[str, bytes], objects: Mapping[str, bytes]) -> None:
    """Check that each known object still has its bytes."""
    if known.items() <= objects.items():  # a tenth of the time of the loop, which names the key
        return
    for key, body in known.items():
        if objects.get(key) != body:
            raise BrokenPromiseError(f"G5: {key} changed or disappeared")


@dataclass(slots=True)
class Dataset:
    """The objects and lines of a store; `check` reads each object once."""

    store: MemoryStore
    objects: dict[str, bytes] = field(default_factory=dict)
    lines: dict[str, list[str | None]] = field(default_factory=dict)

    def check(self) -> None:
        """Read new objects.

        Raises:
            BrokenPromiseError: a duplicate line, a gap, changed bytes, or a wrong partition.
        """
        now = self.store.objects
        if len(now) == len(self.objects):
            return
        check_unchanged(self.objects, now)
        for key in sorted(set(now) - set(self.objects)):
            self.objects[key] = now[key]
            if key.startswith("executions/"):
                self._read(key, now[key])

    def _read(self, key: str, body: bytes) -> None:
        head, _, number = key.removesuffix(".jsonl.gz").rpartition("-")
        if int(number) and f"{head}-{int(number) - 1:05}.jsonl.gz" not in self.objects:
            raise BrokenPromiseError(f"gap: the object before {key} does not exist")
        text = gzip.decompress(body).decode()
        if not text.endswith("\n"):
            raise BrokenPromiseError(f"G5: {key} does not end with a whole line")
        statuses = []
        for line in text[:-1].split("\n"):
            fields = json.loads(line)
            statuses.append(fields.get("status"))
            self._add(key, fields["sid"], statuses[-1])
            created = datetime.fromisoformat(fields["date_created"]).astimezone(UTC).isoformat()
            if f"dt={created[:10]}/" not in key or f"-T{created[11:13]}-" not in key:
                raise BrokenPromiseError(
                    f"wrong partition: {key} contains a row created at {created}"
                )
            if f"/{fields['flow_sid']}-T" not in key:
                raise BrokenPromiseError(
                    f"wrong partition: {key} contains a row of {fields['flow_sid']}"
                )
        if key in self.store.metadata:  # a copy of a real store has none
            self._check_metadata(key, text, statuses)

    def _check_metadata(self, key: str, text: str, statuses: Sequence[str | None]) -> None:
        metadata = {name: self.store.metadata[key][name] for name in ("lines", "ended", "sha256")}
        if metadata != {
            "lines": str(len(statuses)),
            "ended": str(statuses.count("ended")),
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }:
            raise BrokenPromiseError(f"the metadata of {key} do not match its lines: {metadata}")

    def _add(self, key: str, sid: str, status: str | None) -> None:
        known = self.lines.setdefault(sid, [])
        if status in known:
            raise BrokenPromiseError(f"G2, G3: {key} repeats the line {status!r} of {sid}")
        if "ended" in known:
            raise BrokenPromiseError(
                f"G3: {key} has a line {status!r} of {sid} after its ended line"
            )
        known.append(status)


def check_cursors(
    dataset: Dataset, flow: Flow, checkpoint: Checkpoint, now: datetime, horizon: datetime
) -> None:
    """Check that each cursor passed only Executions that are in a log, listed at its age or later.

    `horizon` is where the Flow's first sweep began.

    Raises:
        BrokenPromiseError: a cursor passed an Execution whose line is missing.
    """
    for age, cursor in checkpoint.cursors.items():
        for execution in flow.executions:
            if not horizon <= execution.created < cursor or execution.created <= now - _RETENTION:
                continue
            if any(hole.start <= execution.created < hole.stop for hole in checkpoint.holes):
                continue  # each run skips it and lists it again at its end
            seen = execution.created + timedelta(seconds=age)
            if execution.visible_from and execution.visible_from > seen:
                continue
            _check_line(dataset, execution, seen, f"the cursor of age {age} s")


def check_fresh(checkpoint: Checkpoint, begun: datetime) -> None:
    """Check that a run that reports `complete` left nothing due: G7 depends on that.

    A range is due once it is half its age wide, or six hours; that of the head, a second.

    Raises:
        BrokenPromiseError: a cursor is further behind.
    """
    head = min(checkpoint.cursors)
    for age, cursor in checkpoint.cursors.items():
        waits = 1 if age == head else min(age // 2, 6 * 3600)
        if cursor <= begun - timedelta(seconds=age + waits):
            raise BrokenPromiseError(
                f"G7: the run reports complete, but the cursor of age {age} s is at {cursor}"
            )


def check_rest(dataset: Dataset, executions: Iterable[Execution], last_age: int) -> None:
    """Check that every Execution that ended before its last sweep has an ended line.

    `last_age` is its age at that sweep, in seconds, by the clock of the Studio.

    Raises:
        BrokenPromiseError: an Execution is lost.
    """
    for execution in executions:
        seen = execution.created + timedelta(seconds=last_age)
        if not execution.visible_from or execution.visible_from <= seen:
            _check_line(dataset, execution, seen, "all sweeps")


_RETENTION = timedelta(days=30)


def _check_line(dataset: Dataset, execution: Execution, seen: datetime, passed: str) -> None:
    known = dataset.lines.get(execution.sid, [])
    if execution.ended(seen) and "ended" not in known:
        raise BrokenPromiseError(
            f"G1: {execution.sid} ended, has no ended line, and is behind {passed}"
        )
    if not known:
        raise BrokenPromiseError(f"G1: {execution.sid} has no line, and is behind {passed}")
