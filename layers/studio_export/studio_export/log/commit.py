"""Commit the next object of a chain: put it if absent, or read the chain again.

A chain is objects numbered 00000, 00001, … without a gap, each written once by a put that fails if
the number is taken. The writer of number n has read 0 to n-1, which never change, so the chain is a
sequence of compare-and-swaps. Logs and the parts of compacted days are both chains, and this is
their only way to write.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from studio_export.errors import StoreError
from studio_export.ports import Store

# A lost race means that another writer made progress, so this many in a row are no accident.
_MAX_CONFLICTS = 20


class Proposal(NamedTuple):
    """The next object of a chain, computed from all objects before it."""

    key: str
    body: bytes
    metadata: Mapping[str, str]


class Commit(NamedTuple):
    """What was committed: `key` is None if nothing was new."""

    key: str | None
    conflicts: int


def commit_next(store: Store, propose: Callable[[], Proposal | None]) -> Commit:
    """Put what `propose` returns; after any doubt, call it again.

    `propose` reads the chain as the store has it now and returns its next object, or None if
    nothing is new. There is no second kind of recovery: a lost race, a conflict and a lost answer
    all lead back to reading.

    Raises:
        StoreError: the store fails again and again.
        StudioExportError: as `propose` raises it.
    """
    conflicts = 0
    cause: StoreError | None = None
    while proposal := propose():
        if conflicts == _MAX_CONFLICTS:
            raise StoreError(f"{proposal.key} cannot be written") from cause
        try:
            won = store.put_if_absent(*proposal)
        except StoreError as error:
            won, cause = False, error
        if won:
            return Commit(proposal.key, conflicts)
        conflicts += 1
    return Commit(None, conflicts)
