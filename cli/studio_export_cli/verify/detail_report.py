"""The report of a day of Steps, Contexts or Flow revisions."""

from dataclasses import dataclass, field
from typing import NamedTuple

from studio_export.details.dataset import Execution
from studio_export_cli.verify.findings import Findings


class Written(NamedTuple):
    """An Execution and the object that holds its line."""

    execution: Execution
    key: str


@dataclass(slots=True)
class DetailReport(Findings):
    """The audit of a dataset's day.

    Attributes:
        dataset: `steps`.
        ended: Executions with an ended line; for Flow revisions, the revisions that they ran.
        lines: those of them that have a line.
        empty: lines that state why they have no content: `deleted` or `expired`.
        not_due: Executions whose line lacks, but need not be there yet.
        steps: the lines of Steps with their objects, to take a sample of.
    """

    dataset: str
    day: str
    ended: int = 0
    lines: int = 0
    empty: int = 0
    not_due: int = 0
    steps: list[Written] = field(default_factory=list)
