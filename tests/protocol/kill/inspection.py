"""The dataset as a consumer reads it, held against the Studio's truth."""

import re
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from simulator.account import Flow
from tests.protocol.kill.targets import Home
from tests.protocol.kill.wait import Answer
from tests.protocol.oracle import BrokenPromiseError, Dataset, check_cursors, check_rest
from tools.devkit.fakes.store import MemoryStore

# What no kill and no broken connection may bring about. The last is a fault that is not ours.
_NEVER = re.compile(r"(CorruptLog|Checkpoint|Access|Configuration)Error|Error at \w+\.py:")


class Inspection:
    """`horizon` is where the first sweep of these Flows begins, or later."""

    def __init__(self, home: Home, flows: Sequence[Flow], horizon: datetime) -> None:
        self._home, self._flows, self._horizon = home, flows, horizon
        self._store = MemoryStore()
        self._dataset = Dataset(self._store)

    @property
    def lines(self) -> int:
        return sum(map(len, self._dataset.lines.values()))

    @property
    def objects(self) -> int:
        return len(self._dataset.objects)

    def check(self, now: datetime) -> None:
        """Read what is new. Cursors come first: a put whose process is dead may still land.

        Raises:
            BrokenPromiseError: a promise is broken.
        """
        checkpoints = {flow.sid: self._home.checkpoint(flow.sid) for flow in self._flows}
        self._read(self._store.objects)
        for flow in self._flows:
            if checkpoints[flow.sid].cursors:
                check_cursors(self._dataset, flow, checkpoints[flow.sid], now, self._horizon)

    def check_rest(self, last_age: int, settled: datetime) -> None:
        """Read all anew: nothing that was created before `settled` is missing.

        Raises:
            BrokenPromiseError: a promise is broken.
        """
        self._read({})
        for flow in self._flows:
            due = [each for each in flow.executions if self._horizon <= each.created < settled]
            check_rest(self._dataset, due, last_age)

    def _read(self, known: dict[str, bytes]) -> None:
        found = self._home.objects(known)
        for key, body in self._store.objects.items():
            if found.get(key) != body:
                raise BrokenPromiseError(f"G5: {key} changed or disappeared")
        self._store.objects = found
        try:
            self._dataset.check()
        except (OSError, EOFError, ValueError, KeyError, zlib.error) as error:
            raise BrokenPromiseError(f"G5: an object is not whole: {error!r}") from error


def check_answer(answer: Answer | None) -> None:
    """Whether an invocation may end so.

    Raises:
        BrokenPromiseError: it may not.
    """
    if answer is None:
        return
    fault = answer.get("fault") or answer.get("error", "")
    if "fault" in answer or _NEVER.search(fault):
        raise BrokenPromiseError(f"an invocation answered {fault}")


def settling(scale: Sequence[int]) -> timedelta:
    """How old an Execution is when its last sweep must be behind it: see `Scenario`."""
    grain = min(scale[-1] // 2, 6 * 3600) if len(scale) > 1 else 1
    return timedelta(seconds=scale[-1] + grain + 60)
