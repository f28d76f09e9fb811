"""Check the dataset, as a consumer reads it, against the simulated Studio."""

import re
import zlib
from collections.abc import Sequence
from datetime import datetime

from simulator.account import Flow
from tests.protocol.kill.targets import Home
from tests.protocol.kill.wait import Answer
from tests.protocol.oracle import (
    BrokenPromiseError,
    Dataset,
    check_cursors,
    check_rest,
    check_unchanged,
)
from tools.devkit.fakes.store import MemoryStore

# Errors that no kill and no broken connection may cause. The last is an unexpected exception.
_NEVER = re.compile(r"(CorruptLog|Checkpoint|AccessDenied|Configuration)Error|Error at \w+\.py:")


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
        """Check new objects and the cursors.

        Cursors are read first: a put may still land after its process died.

        Raises:
            BrokenPromiseError: a promise is broken.
        """
        checkpoints = {flow.sid: self._home.checkpoint(flow.sid) for flow in self._flows}
        self._read(self._store.objects)
        for flow in self._flows:
            if checkpoints[flow.sid].cursors:
                check_cursors(self._dataset, flow, checkpoints[flow.sid], now, self._horizon)

    def check_rest(self, last_age: int, settled: datetime) -> None:
        """Read everything again, and check that no Execution created before `settled` is missing.

        Raises:
            BrokenPromiseError: a promise is broken.
        """
        self._read({})
        for flow in self._flows:
            due = [each for each in flow.executions if self._horizon <= each.created < settled]
            check_rest(self._dataset, due, last_age)

    def _read(self, known: dict[str, bytes]) -> None:
        found = self._home.objects(known)
        check_unchanged(self._store.objects, found)
        self._store.objects = found
        try:
            self._dataset.check()
        except (OSError, EOFError, ValueError, KeyError, zlib.error) as error:
            raise BrokenPromiseError(f"G5: an object is incomplete: {error!r}") from error


def check_answer(answer: Answer | None) -> None:
    """Check that an invocation ended in a way it may end.

    Raises:
        BrokenPromiseError: it raised an error that no fault of the campaign can cause.
    """
    if answer is None:
        return
    fault = answer.get("fault") or answer.get("error", "")
    if "fault" in answer or _NEVER.search(fault):
        raise BrokenPromiseError(f"an invocation failed, which no fault here can cause: {fault}")
