"""The oracle of Steps and Contexts: read them as a consumer does, and check every promise."""

import gzip
import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.protocol.oracle import BrokenPromiseError
from tools.devkit.fakes.store import MemoryStore

_CHILD = re.compile(r"(steps|contexts)/(dt=[\d-]+/FW\w+-T\d\d-\d{5})-(\d{5})\.jsonl\.gz")
_MARK = re.compile(r"done/(steps|contexts)/(dt=[\d-]+/FW\w+-T\d\d-\d{5})\.json")


@dataclass(slots=True)
class DetailDataset:
    """The lines of the children; `check` reads each object once.

    Attributes:
        lines: by dataset and Execution.
    """

    store: MemoryStore
    seen: set[str] = field(default_factory=set)
    lines: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def check(self) -> None:
        """Read new objects.

        Raises:
            BrokenPromiseError: a second line of an Execution, a gap, a line in a log that is not
                its parent's, or a mark over a log that lacks a line.
        """
        if len(self.store.objects) == len(self.seen):
            return
        new = sorted(self.store.objects.keys() - self.seen)
        self.seen.update(new)
        for key in new:
            if child := _CHILD.fullmatch(key):
                self._read(key, *child.groups())
        for key in new:
            if mark := _MARK.fullmatch(key):
                self._check_mark(key, *mark.groups())

    def _read(self, key: str, dataset: str, parent: str, number: str) -> None:
        before = f"{dataset}/{parent}-{int(number) - 1:05}.jsonl.gz"
        if int(number) and before not in self.store.objects:
            raise BrokenPromiseError(f"gap: the object before {key} does not exist")
        wanted = self._ended(parent)
        lines = gzip.decompress(self.store.objects[key]).decode().splitlines()
        metadata = self.store.metadata.get(key)  # a copy of a real store has none
        if metadata and metadata["lines"] != str(len(lines)):
            raise BrokenPromiseError(f"the metadata of {key} do not match its lines")
        for text in lines:
            line = json.loads(text)
            sid = line["execution_sid"]
            if sid not in wanted:
                raise BrokenPromiseError(f"D1: {key} has a line of {sid}, not its parent's")
            if (dataset, sid) in self.lines:
                raise BrokenPromiseError(f"D2: {key} repeats the line of {sid}")
            self.lines[dataset, sid] = line

    def _check_mark(self, key: str, dataset: str, parent: str) -> None:
        missing = [sid for sid in self._ended(parent) if (dataset, sid) not in self.lines]
        if missing:
            raise BrokenPromiseError(f"D1: {key} is a mark, but {missing[0]} has no line")

    def _ended(self, parent: str) -> set[str]:
        body = self.store.objects[f"executions/{parent}.jsonl.gz"]
        records = map(json.loads, gzip.decompress(body).decode().splitlines())
        return {record["sid"] for record in records if record["status"] == "ended"}
