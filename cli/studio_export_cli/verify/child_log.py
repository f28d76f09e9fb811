"""Read the children of one object of `executions/`, and find what is wrong in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from studio_export.details.dataset import Execution
from studio_export.log.reader import child_lines, inflate
from studio_export_cli.destination import ReadableStore
from studio_export_cli.verify.detail_report import Written
from studio_export_cli.verify.findings import Finding
from studio_export_cli.verify.log_audit import check_sum, describe_execution, gaps


@dataclass(slots=True)
class ChildLines:
    """The lines of a log.

    Attributes:
        sids: the Executions that have their line.
        empty: how many lines state why they have no content.
        askable: the lines that Twilio can be asked for again.
    """

    sids: set[str] = field(default_factory=set)
    empty: int = 0
    askable: list[Written] = field(default_factory=list)


def read_children(
    store: ReadableStore,
    parent_key: str,
    wanted: Mapping[str, Execution],
    children: Mapping[int, str],
    found: ChildLines,
) -> Iterator[Finding]:
    """Yield the problems of a log, whose keys are by number; add its lines to `found`.

    Raises:
        StudioExportError: the store raised it.
    """
    yield from gaps(children)
    for _, key in sorted(children.items()):
        body, metadata = store.read(key)
        try:
            text = inflate(body)
            lines = child_lines(text)
        except ValueError as error:
            yield Finding("unreadable", key, str(error))
            continue
        yield from check_sum(key, text, metadata)
        for number, line in enumerate(lines, 1):
            where, name = f"{key}:{number}", describe_execution(line.execution_sid)
            if line.execution_sid not in wanted:
                yield Finding("wrong_log", where, f"{name} has no ended line in {parent_key}")
            elif line.execution_sid in found.sids:
                yield Finding("duplicate", where, f"{name} already has a line")
            else:
                found.sids.add(line.execution_sid)
                found.empty += line.missing is not None
                if line.missing != "expired":
                    found.askable.append(Written(wanted[line.execution_sid], key))
