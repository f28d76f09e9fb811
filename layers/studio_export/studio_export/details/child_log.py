"""Append to the children of one object of `executions/`: a log of their own.

Objects of `executions/` share no ended line, so their children share no Execution. Within one, the
commit loop of all logs holds that no Execution is written twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from studio_export.details.dataset import Fetched
from studio_export.log import keys
from studio_export.log.codec import ObjectEncoder
from studio_export.log.commit import Proposal, commit_next
from studio_export.log.keys import LogKey
from studio_export.log.reader import execution_sids, reading
from studio_export.ports import Store
from studio_export.version import VERSION


@dataclass(slots=True)
class ChildLog:
    """The children of one parent in one dataset, as they were read.

    Attributes:
        listed: their keys in a listing of the store; there may be more by now.
        length: how many objects were read.
        sids: the Executions that they hold.
    """

    folder: str
    parent: LogKey
    listed: Sequence[str] = ()
    length: int = 0
    sids: set[str] = field(default_factory=set)

    def read_listed(self, store: Store) -> None:
        """Read the objects of the listing, unless they were read before.

        Raises:
            CorruptLogError: an object is missing or unreadable.
        """
        self.read(store, keys.child_lengths(self.listed)[self.parent])

    def read(self, store: Store, length: int) -> None:
        """Read objects until the log has `length`. Objects that were read never change.

        Raises:
            CorruptLogError: an object is unreadable.
        """
        while self.length < length:
            key = keys.child_key(self.folder, self.parent, self.length)
            with reading(key):
                self.sids.update(execution_sids(store.get(key)))
            self.length += 1

    def append(self, store: Store, lines: Mapping[str, Fetched]) -> Mapping[str, Fetched]:
        """Commit those of the lines, by Execution, that the log does not have; return them.

        Raises:
            CorruptLogError: an object is missing or unreadable.
            StoreError: every attempt to write failed.
        """
        proposed: dict[str, Mapping[str, Fetched]] = {}  # by the key of their object
        is_read = True

        def propose() -> Proposal | None:
            nonlocal is_read
            if not is_read:
                prefix = keys.child_prefix(self.folder, self.parent)
                self.read(store, keys.child_lengths(store.list(prefix))[self.parent])
            is_read = False
            new = {sid: line for sid, line in lines.items() if sid not in self.sids}
            if not new:
                return None
            proposal = self._proposal(new)
            proposed[proposal.key] = new
            return proposal

        commit = commit_next(store, propose)
        if commit.key is None:
            return {}
        written = proposed[commit.key]
        if commit.key == keys.child_key(self.folder, self.parent, self.length):
            self.sids.update(written)
            self.length += 1
        return written

    def _proposal(self, lines: Mapping[str, Fetched]) -> Proposal:
        encoder = ObjectEncoder()
        for fetched in lines.values():
            encoder.add(fetched.line)
        encoded = encoder.finish()
        counts = {
            "lines": len(lines),
            "steps": sum(fetched.steps for fetched in lines.values()),
            "missing": sum(fetched.missing is not None for fetched in lines.values()),
        }
        metadata = {
            **{name: str(count) for name, count in counts.items() if count or name == "lines"},
            "sha256": encoded.sha256,
            "exporter": VERSION,
        }
        key = keys.child_key(self.folder, self.parent, self.length)
        return Proposal(key, encoded.body, metadata)
