"""One attempt to write the children of one object: what was asked, written and left."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from zlib import crc32

from studio_export.details.backlog import Undone
from studio_export.details.child_log import ChildLog
from studio_export.details.dataset import Dataset, Execution, Fetched
from studio_export.details.dependencies import Dependencies
from studio_export.details.evidence import is_deleted
from studio_export.details.result import ParentResult
from studio_export.errors import (
    AccessDeniedError,
    ConfigurationError,
    DeadlineExceededError,
    FlowNotFoundError,
    StoreUnusableError,
    StudioExportError,
    UnavailableError,
)
from studio_export.log import keys
from studio_export.log.commit import Proposal, put_once
from studio_export.summary import DetailCounts

_MAX_LINES = 500
_MAX_BYTES = 4_000_000
# An empty list is believed only so long after the ended line was written.
EMPTY_IS_FINAL = timedelta(hours=1)
MAX_UNANSWERED_OF_PARENT = 5  # failures in a row: the next run begins at another Execution


class ParentWork:
    """One attempt. An instance is used once."""

    def __init__(self, parts: Dependencies, undone: Undone, deadline: float) -> None:
        self._parts = parts
        self._undone = undone
        self._deadline = deadline
        self._slowest_seconds = 0.0
        self._counts = DetailCounts()
        self._marks = 0
        self._answered: set[str] = set()
        self._interrupted = False
        self._refused: set[str] = set()
        self._unknown: set[str] = set()
        self._unanswered = 0
        self._error: StudioExportError | None = None

    def result(self) -> ParentResult:
        done = self._marks == len(self._undone.folders)
        return ParentResult(
            self._counts,
            done,
            frozenset(self._answered),
            self._interrupted,
            frozenset(self._refused),
            frozenset(self._unknown),
            self._error,
        )

    def fail(self, error: StudioExportError) -> None:
        """Take note of an error; running out of time is none."""
        if throttles := error.counts.throttles:
            self._interrupted = True
            self._note_throttles(throttles)
        if not isinstance(error, DeadlineExceededError):
            self._error = self._error or error

    def keep(self, dataset: Dataset, executions: Sequence[Execution], log: ChildLog) -> None:
        """Write the lines that the dataset lacks; put its mark if none is left."""
        log.read_listed(self._parts.store)
        lines: dict[str, Fetched] = {}
        size_bytes = 0
        try:
            for execution, fetched in self._fetched(dataset, executions, log):
                lines[execution.sid] = fetched
                size_bytes += len(fetched.line)
                if len(lines) >= _MAX_LINES or size_bytes >= _MAX_BYTES:
                    self._append(log, lines)
                    lines, size_bytes = {}, 0
        finally:
            if lines:
                self._append(log, lines)
        if log.sids.issuperset(each.sid for each in executions):
            self._mark(dataset.folder, len(executions))

    def keep_revisions(self, executions: Sequence[Execution]) -> None:
        """Keep each revision that the Executions ran."""
        versions = {each.flow_version for each in executions if each.flow_version is not None}
        asked = [] if self._is_closed else sorted(versions)
        kept = [each for each in asked if self._keeps(each)]
        if kept == asked:
            self._mark(keys.FLOW_REVISIONS, len(versions))

    def _keeps(self, version: int) -> bool:
        """Keep one revision; return whether it is there. One that fails keeps no other back."""
        if keys.FLOW_REVISIONS in self._refused:
            return False
        try:
            self._parts.revisions.keep(self._undone.parent.flow_sid, version, self._deadline)
        except (StoreUnusableError, ConfigurationError, DeadlineExceededError):
            raise
        except AccessDeniedError as error:
            self.fail(error)
            self._refused.add(keys.FLOW_REVISIONS)
            return False
        except StudioExportError as error:
            self.fail(error)
            return False
        return True

    def _fetched(
        self, dataset: Dataset, executions: Sequence[Execution], log: ChildLog
    ) -> Iterator[tuple[Execution, Fetched]]:
        self._unanswered = 0
        for execution in self._in_turn([each for each in executions if each.sid not in log.sids]):
            if self._is_closed:
                yield execution, dataset.missing(execution, "expired")
                continue
            if self._must_stop():
                self._interrupted = True
                return
            try:
                fetched = self._fetch(dataset, execution)
            except (DeadlineExceededError, ConfigurationError) as error:
                self.fail(error)
                return
            except AccessDeniedError as error:
                self.fail(error)
                self._refused.add(dataset.folder)
                return
            except StudioExportError as error:
                self._counts += DetailCounts(failed=1)
                self._unanswered += isinstance(error, UnavailableError)
                self.fail(error)
                if dataset.folder in self._unknown:
                    return
                continue
            self._answered.add(dataset.folder)
            self._unanswered = 0
            if fetched:
                yield execution, fetched

    def _fetch(self, dataset: Dataset, execution: Execution) -> Fetched | None:
        """Return the line; None if it may be too early for it."""
        source, clock, began = self._parts.source, self._parts.clock, self._monotonic()
        try:
            fetched = dataset.fetch(source, execution, self._deadline)
        except FlowNotFoundError:
            if not self._is_deleted(dataset, execution):
                raise
            fetched = dataset.missing(execution, "deleted")
        self._slowest_seconds = max(self._slowest_seconds, self._monotonic() - began)
        self._note_throttles(fetched.throttles)
        if fetched.may_be_early and clock.now() - self._undone.written < EMPTY_IS_FINAL:
            return None
        return fetched

    def _is_deleted(self, dataset: Dataset, execution: Execution) -> bool:
        try:
            return is_deleted(self._parts.source, execution, self._deadline)
        except FlowNotFoundError:
            self._unknown.add(dataset.folder)
            raise

    def _in_turn(self, missing: Sequence[Execution]) -> Sequence[Execution]:
        """Return them from another one on in each run: some that fail must not hide the rest."""
        first = crc32(str(self._parts.clock.now()).encode()) % len(missing) if missing else 0
        return [*missing[first:], *missing[:first]]

    def _note_throttles(self, throttles: int) -> None:
        self._counts += DetailCounts(throttles=throttles)
        self._parts.manners.note_throttles(throttles, self._monotonic())

    def _append(self, log: ChildLog, lines: Mapping[str, Fetched]) -> None:
        written = log.append(self._parts.store, lines).values()
        self._counts += DetailCounts(
            lines=len(written),
            objects=bool(written),
            steps=sum(fetched.steps for fetched in written),
            deleted=sum(fetched.missing == "deleted" for fetched in written),
            expired=sum(fetched.missing == "expired" for fetched in written),
            open_ended=sum(fetched.open_ended for fetched in written),
        )

    def _mark(self, folder: str, executions: int) -> None:
        key = keys.done_key(folder, self._undone.parent)
        put_once(self._parts.store, Proposal(key, b'{"executions":%d}\n' % executions, {}))
        self._marks += 1

    @property
    def _is_closed(self) -> bool:
        return self._undone.is_closed(self._parts.clock.now())

    def _must_stop(self) -> bool:
        now = self._monotonic()
        too_late = self._deadline - now <= self._slowest_seconds
        resting = self._parts.manners.is_resting(now)
        return too_late or resting or self._unanswered >= MAX_UNANSWERED_OF_PARENT

    def _monotonic(self) -> float:
        return self._parts.clock.monotonic()
