"""Write the children of one object of `executions/`.

The order is the protocol: read the parent, read its children, ask Twilio, put the next child, put
the mark. Any number of lines is progress, so it may end after each.
"""

from collections.abc import Collection, Mapping

from studio_export.details.backlog import Undone
from studio_export.details.child_log import ChildLog
from studio_export.details.dependencies import Dependencies
from studio_export.details.parent import ended_executions
from studio_export.details.parent_work import ParentWork
from studio_export.details.result import ParentResult
from studio_export.errors import StudioExportError
from studio_export.log import keys
from studio_export.log.reader import reading


def export_parent(
    dependencies: Dependencies,
    undone: Undone,
    logs: Mapping[str, ChildLog],
    deadline: float,
    without: Collection[str] = (),
) -> ParentResult:
    """Do what is left of one object until the deadline, or until Twilio throttles.

    `logs` are the children by dataset; the next attempt of this run goes on with them. `without`
    names the datasets that are not asked for.
    """
    work = ParentWork(dependencies, undone, deadline)
    try:
        with reading(undone.key):
            body = dependencies.store.get(undone.key)
            executions = ended_executions(body, undone.parent.flow_sid)
        for folder in undone.folders:
            if folder in without:
                continue
            if folder == keys.FLOW_REVISIONS:
                work.keep_revisions(executions)
            else:
                work.keep(dependencies.datasets[folder], executions, logs[folder])
    except StudioExportError as error:
        work.fail(error)
    return work.result()
