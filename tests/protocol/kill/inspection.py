"""Check the dataset, as a consumer reads it, against the simulated Studio."""

import re
import zlib
from collections.abc import Sequence
from datetime import datetime

from simulator.account import Flow
from simulator.execution import Execution
from simulator.studio import Studio
from tests.protocol.detail_oracle import DetailDataset
from tests.protocol.detail_parts import check_lines, missing_marks
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
    """What is there after each run of one life.

    Attributes:
        written: the virtual instant at which each object was first seen, by key.

    `horizon` is where the first sweep of the Flows begins, or later.
    """

    def __init__(
        self, home: Home, studio: Studio, folders: Sequence[str], horizon: datetime
    ) -> None:
        self._home, self._studio, self._folders, self._horizon = home, studio, folders, horizon
        self._flows = studio.account.flows
        self._store = MemoryStore()
        self._dataset = Dataset(self._store)
        self._details = DetailDataset(self._store)
        self.written: dict[str, str] = {}

    @property
    def lines(self) -> int:
        return sum(map(len, self._dataset.lines.values()))

    @property
    def objects(self) -> int:
        return len(self._dataset.objects)

    @property
    def detail_lines(self) -> int:
        return len(self._details.lines)

    @property
    def missing_marks(self) -> list[str]:
        return missing_marks(self._store, self._folders)

    def check(self, now: datetime) -> None:
        """Check new objects and the cursors.

        Cursors are read first: a put may still land after its process died.

        Raises:
            BrokenPromiseError: a promise is broken.
        """
        checkpoints = {flow.sid: self._home.checkpoint(flow.sid) for flow in self._flows}
        self._read(self._store.objects)
        for key in self._store.objects:
            self.written.setdefault(key, now.isoformat())
        for flow in self._flows:
            if checkpoints[flow.sid].cursors:
                check_cursors(self._dataset, flow, checkpoints[flow.sid], now, self._horizon)

    def check_rest(self, last_age: int, settled: datetime, now: datetime) -> None:
        """Read everything again, and check that it is whole.

        No Execution created before `settled` is missing, and no detail of those that have a final
        line.

        Raises:
            BrokenPromiseError: a promise is broken.
        """
        self._read({})
        for flow in self._flows:
            due = [each for each in flow.executions if self._horizon <= each.created < settled]
            check_rest(self._dataset, due, last_age)
        ended = [each for flow in self._flows for each in self._ended(flow)]
        check_lines(self._studio, self._details, ended, self._folders, now)

    def _ended(self, flow: Flow) -> list[tuple[Flow, Execution]]:
        lines = self._dataset.lines
        return [(flow, each) for each in flow.executions if "ended" in lines.get(each.sid, ())]

    def _read(self, known: dict[str, bytes]) -> None:
        found = self._home.objects(known)
        check_unchanged(self._store.objects, found)
        self._store.objects = found
        try:
            self._dataset.check()
            self._details.check()
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
