"""Compare Steps, Contexts and Flow revisions with `executions/`, a day at a time.

Each Execution with an ended line has one line, in the log of the object that has its ended line;
a mark stands over whole logs only. Twilio is not asked.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from studio_export.detail_settings import DATASETS
from studio_export.details import backlog
from studio_export.details.backlog import Undone
from studio_export.details.dataset import Execution
from studio_export.details.parent import ended_executions
from studio_export.log import keys
from studio_export.log.keys import LogKey
from studio_export.model import Span
from studio_export_cli.destination import ReadableStore
from studio_export_cli.output import quantity
from studio_export_cli.verify.child_log import ChildLines, read_children
from studio_export_cli.verify.detail_report import DetailReport
from studio_export_cli.verify.detail_scope import DetailScope
from studio_export_cli.verify.findings import Finding
from studio_export_cli.verify.log_audit import describe_execution

_NAMES = {folder: name for name, folder in DATASETS.items()}
_MAX_NAMED = 3
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DetailAudit:
    """The audit of the datasets of a scope."""

    store: ReadableStore
    scope: DetailScope
    now: datetime

    def audit(self, span: Span) -> list[DetailReport]:
        """Return a report of each dataset for the whole hours of `span`, which is within a day.

        Raises:
            StudioExportError: the store raised it.
        """
        day = f"{span.start:%Y-%m-%d}"
        folders = self.scope.folders
        # Marks first: one that is put later is not held against a log that was read before.
        audits = [
            _FolderAudit(
                self,
                folder,
                DetailReport(_NAMES[folder], day),
                backlog.marked(self.store, folder, day),
            )
            for folder in folders
        ]
        found = backlog.undone(self.store, (keys.EXECUTIONS,), day, marks=False)
        parents = [each for each in found if self.scope.includes(each, span)]
        for each in audits:
            each.list_children({parent.parent for parent in found}, span)
        for parent in parents if audits else ():
            executions: Sequence[Execution] | ValueError
            try:
                body = self.store.get(parent.key)
                executions = ended_executions(body, parent.parent.flow_sid)
            except ValueError as error:
                executions = error
            for each in audits:
                each.check(parent, executions)
        return [each.report for each in audits]


class _FolderAudit:
    """The audit of one dataset's day. Used once."""

    def __init__(
        self,
        audit: DetailAudit,
        folder: str,
        report: DetailReport,
        marked: Collection[LogKey | None],
    ) -> None:
        self._audit = audit
        self._folder = folder
        self._marked = marked
        self._children: defaultdict[LogKey, dict[int, str]] = defaultdict(dict)
        self.report = report

    def list_children(self, parents: Collection[LogKey], span: Span) -> None:
        """List the day's logs; find those whose object of `executions/` does not exist."""
        for key in self._audit.store.list(keys.day_folder(self._folder, self.report.day)):
            if child := keys.parse_child_key(key):
                self._children[child.parent][child.number] = key
        for parent in self._children.keys() - parents:
            hour = keys.hour_name(parent.day, parent.hour)
            key = keys.log_key(parent.flow_sid, hour, parent.number)
            if self._audit.scope.includes(Undone(parent, key, _NEVER, ()), span):
                numbers = self._children[parent]
                message = f"{key} does not exist, and it has children"
                self.report.add(Finding("wrong_log", numbers[min(numbers)], message))

    def check(self, parent: Undone, executions: Sequence[Execution] | ValueError) -> None:
        """Compare the log of one object with its Executions, or with why it is unreadable."""
        if isinstance(executions, ValueError):
            self.report.add(Finding("not_compared", parent.key, str(executions)))
        elif self._folder == keys.FLOW_REVISIONS:
            self._check_revisions(parent, executions)
        else:
            self._check_lines(parent, executions)

    def _check_lines(self, parent: Undone, executions: Sequence[Execution]) -> None:
        report = self.report
        wanted = {each.sid: each for each in executions}
        lines = ChildLines()
        children: Mapping[int, str] = self._children.get(parent.parent, {})
        for finding in read_children(self._audit.store, parent.key, wanted, children, lines):
            report.add(finding)
        report.ended += len(wanted)
        report.lines += len(lines.sids)
        report.empty += lines.empty
        if self._folder == keys.STEPS:
            report.steps += lines.askable
        missing = [describe_execution(sid) for sid in wanted if sid not in lines.sids]
        self._judge(parent, missing, "Execution")

    def _check_revisions(self, parent: Undone, executions: Sequence[Execution]) -> None:
        flow_sid = parent.parent.flow_sid
        versions = {each.flow_version for each in executions if each.flow_version is not None}
        prefix = keys.revisions_prefix(flow_sid)
        there = set(self._audit.store.list(prefix)) if versions else set()
        missing = [
            str(version)
            for version in sorted(versions)
            if keys.revision_key(flow_sid, version) not in there
        ]
        self.report.ended += len(versions)
        self.report.lines += len(versions) - len(missing)
        if not parent.is_closed(self._audit.now):  # later nobody asks for them
            self._judge(parent, missing, "revision")

    def _judge(self, parent: Undone, missing: Sequence[str], noun: str) -> None:
        is_marked = parent.parent in self._marked
        if not missing:
            return
        if not is_marked and self._audit.now < self._audit.scope.due(parent, self._audit.now):
            self.report.not_due += len(missing)
            return
        more = f" and {len(missing) - _MAX_NAMED} more" if len(missing) > _MAX_NAMED else ""
        verb = "has" if len(missing) == 1 else "have"
        text = (
            f"{quantity(len(missing), noun)} {verb} no line in {self._folder}:"
            f" {', '.join(missing[:_MAX_NAMED])}{more}"
        )
        if is_marked:
            mark = keys.done_key(self._folder, parent.parent)
            self.report.add(Finding("false_mark", mark, text))
        else:
            self.report.add(Finding("missing", parent.key, text))
