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

# Each conflict means that another writer made progress, so twenty in a row are a fault.
_MAX_CONFLICTS = 20


class Proposal(NamedTuple):
    """The next object of a chain, computed from all objects before it."""

    key: str
    body: bytes
    metadata: Mapping[str, str]


class Commit(NamedTuple):
    """The result of a commit.

    Attributes:
        key: the new object; None if nothing was new.
        conflicts: puts that failed before it.
    """

    key: str | None
    conflicts: int


def commit_next(store: Store, propose: Callable[[], Proposal | None]) -> Commit:
    """Put the object that `propose` returns; if the put fails, propose again.

    `propose` reads the chain from the store and returns its next object, or None if nothing is
    new. This is the only recovery: a conflict, a failed put and a lost response all lead to
    another read.

    Raises:
        StoreError: every attempt failed.
        StudioExportError: as `propose` raises it.
    """
    conflicts = 0
    cause: StoreError | None = None
    while proposal := propose():
        if conflicts == _MAX_CONFLICTS:
            raise StoreError(
                f"{proposal.key} could not be written in {_MAX_CONFLICTS} attempts"
            ) from cause
        try:
            won = store.put_if_absent(*proposal)
        except StoreError as error:
            won, cause = False, error
        if won:
            return Commit(proposal.key, conflicts)
        conflicts += 1
    return Commit(None, conflicts)
