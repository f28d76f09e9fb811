"""Commit the next object of a chain: put it if absent, or read the chain again.

A chain is objects numbered 00000, 00001, … without a gap, each written once by a put that fails if
the number is taken. The writer of number n has read 0 to n-1, which never change, so the chain is a
sequence of compare-and-swaps. Logs and the parts of compacted days are both chains, and this is
their only way to write.

A put is in doubt if its response was lost: it may have taken effect, now or later. If the chain
then has the very bytes of that put under its number, it is this writer's, and counts as such.
Without a doubt, the same bytes are another writer's: two exporters of one range write the same.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from studio_export.errors import AccessDeniedError, StoreError
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
        doubts: those of them whose effect was unknown. If there is one, no count of what was
            already there proves anything.
    """

    key: str | None
    conflicts: int
    doubts: int = 0


def commit_next(store: Store, propose: Callable[[], Proposal | None]) -> Commit:
    """Put the object that `propose` returns; if the put fails, propose again.

    `propose` reads the chain from the store and returns its next object, or None if nothing is
    new. This is the only recovery: a conflict, a failed put and a lost response all lead to
    another read. If then nothing is left to put, a put in doubt may be why: it is compared.

    Raises:
        StoreError: every attempt failed.
        StudioExportError: as `propose` raises it.
    """
    conflicts = doubts = 0
    in_doubt: Proposal | None = None
    cause: StoreError | None = None
    while proposal := propose():
        if conflicts == _MAX_CONFLICTS:
            raise _exhausted(proposal.key, cause) from cause
        try:
            won = store.put_if_absent(*proposal)
        except StoreError as error:
            won, cause, in_doubt = False, error, proposal
            doubts += 1
        if won:
            return Commit(proposal.key, conflicts, doubts)
        conflicts += 1
    if in_doubt and _is_stored(store, in_doubt):
        return Commit(in_doubt.key, conflicts, doubts)
    return Commit(None, conflicts, doubts)


def put_once(store: Store, proposal: Proposal) -> bool:
    """Put an object whose name follows from its content; return whether this call wrote it.

    Raises:
        StoreError: the put failed or was refused, and the object does not exist.
    """
    try:
        if store.put_if_absent(*proposal):
            return True
    except StoreError:
        if _stored(store, proposal.key) == proposal.body:
            return True
        raise
    # S3 also refuses a put while another one of the key is under way, which may fail.
    if _stored(store, proposal.key) is None:
        raise StoreError(
            f"{proposal.key} is not written: another put of it is under way."
            " The next run tries again."
        )
    return False


def _stored(store: Store, key: str) -> bytes | None:
    """Return the object; None if it is not there.

    For a key that is missing S3 answers 403 to a role that may list some prefixes alone.
    """
    try:
        return store.get(key)
    except (StoreError, AccessDeniedError):
        return None


def _is_stored(store: Store, in_doubt: Proposal) -> bool:
    """Whether a put in doubt took effect."""
    try:
        return store.get(in_doubt.key) == in_doubt.body
    except StoreError:
        return False  # it is not there, or not yet


def _exhausted(key: str, cause: StoreError | None) -> StoreError:
    reason = str(cause) if cause else "another writer took each number first"
    return StoreError(f"{key} could not be written in {_MAX_CONFLICTS} attempts: {reason}")
