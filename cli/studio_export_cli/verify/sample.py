"""Ask Twilio again for the Steps of some Executions: which came after their line was written?"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from studio_export.details.steps import Steps
from studio_export.errors import FlowError, FlowNotFoundError
from studio_export.model import RETENTION_SECONDS
from studio_export.ports import Clock, Source
from studio_export_cli.destination import ReadableStore
from studio_export_cli.output import quantity
from studio_export_cli.verify.detail_lines import find_line, step_sids
from studio_export_cli.verify.detail_report import Written
from studio_export_cli.verify.findings import Finding, Findings

_TIMEOUT_SECONDS = 900.0
_KEPT = timedelta(seconds=RETENTION_SECONDS)


@dataclass(slots=True)
class SampleReport(Findings):
    """What Twilio was asked again.

    Attributes:
        asked: how many Executions.
        gone: those of them that Twilio no longer has.
        late_steps: how many Steps came after their line was written.
    """

    asked: int = 0
    gone: int = 0
    late_steps: int = 0

    def include(self, other: "SampleReport") -> None:
        self.asked += other.asked
        self.gone += other.gone
        self.late_steps += other.late_steps
        for finding in other.findings:
            self.add(finding)


def choose(lines: Sequence[Written], size: int, now: datetime) -> list[Written]:
    """Return a random sample of the lines whose Executions Twilio still has."""
    askable = [each for each in lines if now - each.execution.created < _KEPT]
    return random.sample(askable, min(size, len(askable)))


def ask_again(source: Source, store: ReadableStore, clock: Clock, written: Written) -> SampleReport:
    """Compare the Steps of one Execution at Twilio with its line.

    Raises:
        StudioExportError: store or source raised it; an unusable answer is a finding.
    """
    report = SampleReport(asked=1)
    sid = written.execution.sid
    try:
        fetched = Steps().fetch(source, written.execution, clock.monotonic() + _TIMEOUT_SECONDS)
        late = step_sids(fetched.line) - step_sids(find_line(store.get(written.key), sid))
    except FlowNotFoundError:
        report.gone = 1
    except (FlowError, ValueError) as error:
        report.add(Finding("not_compared", written.key, f"the Steps of {sid}: {error}"))
    else:
        report.late_steps = len(late)
        if late:
            message = f"{sid} has {quantity(len(late), 'Step')} at Twilio that its line lacks"
            report.add(Finding("late_steps", written.key, message))
    return report
