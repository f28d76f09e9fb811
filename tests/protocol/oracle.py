"""The dataset as it lies in the store, and what must be true of it at every instant."""

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from simulator.account import Execution, Flow
from studio_export.model import Checkpoint
from tools.devkit.fakes.store import MemoryStore


class BrokenPromiseError(BaseException):
    """An invariant does not hold.

    It is raised in the middle of the production code, which turns any `Exception` of a sweep into
    an error of the Flow: this one must come through.
    """


@dataclass(slots=True)
class Dataset:
    """Reads each object once, as a consumer does, and holds it against the promises."""

    store: MemoryStore
    objects: dict[str, bytes] = field(default_factory=dict)
    lines: dict[str, list[str | None]] = field(default_factory=dict)

    def check(self) -> None:
        """Take in what is new.

        Raises:
            BrokenPromiseError: a line doubled, a number missing, bytes changed, a row astray.
        """
        now = self.store.objects
        if len(now) == len(self.objects):
            return
        for key, body in self.objects.items():
            if now.get(key) != body:
                raise BrokenPromiseError(f"G5: {key} changed or disappeared")
        for key in sorted(set(now) - set(self.objects)):
            self.objects[key] = now[key]
            if key.startswith("executions/"):
                self._read(key, now[key])

    def _read(self, key: str, body: bytes) -> None:
        head, _, number = key.removesuffix(".jsonl.gz").rpartition("-")
        if int(number) and f"{head}-{int(number) - 1:05}.jsonl.gz" not in self.objects:
            raise BrokenPromiseError(f"a number is missing before {key}")
        text = gzip.decompress(body).decode()
        if not text.endswith("\n"):
            raise BrokenPromiseError(f"G5: {key} is not whole lines")
        for line in text[:-1].split("\n"):
            fields = json.loads(line)
            self._add(key, fields["sid"], fields.get("status"))
            created = datetime.fromisoformat(fields["date_created"]).astimezone(UTC)
            if f"dt={created:%Y-%m-%d}/" not in key or f"-T{created:%H}-" not in key:
                raise BrokenPromiseError(f"a row of {created} lies in {key}")
            if f"/{fields['flow_sid']}-T" not in key:
                raise BrokenPromiseError(f"a row of {fields['flow_sid']} lies in {key}")
        if key in self.store.metadata:  # a copy of a real store has none
            self._check_metadata(key, text)

    def _check_metadata(self, key: str, text: str) -> None:
        statuses = [json.loads(line).get("status") for line in text[:-1].split("\n")]
        said = {name: self.store.metadata[key][name] for name in ("lines", "ended", "sha256")}
        if said != {
            "lines": str(len(statuses)),
            "ended": str(statuses.count("ended")),
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }:
            raise BrokenPromiseError(f"the metadata of {key} are not its lines': {said}")

    def _add(self, key: str, sid: str, status: str | None) -> None:
        known = self.lines.setdefault(sid, [])
        if status in known:
            raise BrokenPromiseError(f"G2, G3: {sid} has a second line {status!r}, in {key}")
        if "ended" in known:
            raise BrokenPromiseError(f"G3: {sid} has a line {status!r} after its end, in {key}")
        known.append(status)


def check_cursors(
    dataset: Dataset, flow: Flow, checkpoint: Checkpoint, now: datetime, horizon: datetime
) -> None:
    """A cursor of age a passed only what was listed at age a or later, and is in a log.

    `horizon` is where the Flow's first sweep began.

    Raises:
        BrokenPromiseError: a cursor passed an Execution that is not there as it then was.
    """
    for age, cursor in checkpoint.cursors.items():
        for execution in flow.executions:
            if not horizon <= execution.created < cursor or execution.created <= now - _RETENTION:
                continue
            seen = execution.created + timedelta(seconds=age)
            if execution.visible_from and execution.visible_from > seen:
                continue
            _check_line(dataset, execution, seen, f"the cursor of age {age} s")


def check_fresh(checkpoint: Checkpoint, begun: datetime) -> None:
    """A tick that says it is complete left nothing due: G7 rests on that.

    Due is what is half its age wide, or six hours; of the head, a second.

    Raises:
        BrokenPromiseError: a cursor is further behind.
    """
    head = min(checkpoint.cursors)
    for age, cursor in checkpoint.cursors.items():
        waits = 1 if age == head else min(age // 2, 6 * 3600)
        if cursor <= begun - timedelta(seconds=age + waits):
            raise BrokenPromiseError(f"G7: complete, and the cursor of age {age} s is at {cursor}")


def check_rest(dataset: Dataset, executions: Iterable[Execution], last_age: int) -> None:
    """At rest: whatever ended before its last sweep is there as ended.

    `last_age` is how old it then is, in seconds, by the clock of the Studio.

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
        raise BrokenPromiseError(f"G1: {passed} passed {execution.sid}, ended and not exported")
    if not known:
        raise BrokenPromiseError(f"G1: {passed} passed {execution.sid}, not exported")
