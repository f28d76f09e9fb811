"""Remember for which Flows Twilio refuses the key, or does not know them, in one run. Pure.

One Flow that is refused must not keep the others back. A key that may read no Flow's Steps is
refused for each of them, so after some Flows in a row a dataset is left for the next run. What is
left of deleted Flows is old, and so may come first in every run: any number of them is left alone.
"""

from collections import Counter

from studio_export.details.backlog import Undone
from studio_export.details.result import ParentResult

_MAX_REFUSED_FLOWS = 5


class Refusals:
    def __init__(self) -> None:
        self._left: set[tuple[str, str]] = set()
        self._in_a_row: Counter[str] = Counter()
        self.any = False  # whether Twilio refused the key

    def note(self, flow_sid: str, result: ParentResult) -> None:
        for folder in result.answered:
            self._in_a_row[folder] = 0
        for folder in result.refused:
            self._in_a_row[folder] += (folder, flow_sid) not in self._left
        self._left.update((folder, flow_sid) for folder in result.refused | result.unknown)
        self.any = self.any or bool(result.refused)

    def of(self, undone: Undone) -> frozenset[str]:
        """Return the datasets that are not asked for."""
        flow_sid = undone.parent.flow_sid
        return frozenset(
            folder
            for folder in undone.folders
            if (folder, flow_sid) in self._left or self._in_a_row[folder] >= _MAX_REFUSED_FLOWS
        )
