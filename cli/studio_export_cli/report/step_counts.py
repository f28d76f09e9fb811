"""What happened inside a Flow's Executions, by the Steps that each passed.

The definitions are those of the questions in `docs/queries/steps`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from studio_export.twilio.steps import ENDED_WIDGET
from studio_export_cli.report.bounded_counter import BoundedCounter
from studio_export_cli.report.step_lines import Step, StepLine

NO_STEP = "(no Step)"
UNSAID = "(no Step says)"  # somebody hung up, perhaps: the last widget has no Step of its own
_MAX_PATH = 100  # widgets of a path that are kept

Visits = tuple[str, ...]  # the widgets that an Execution reached, in the order of its first visits


@dataclass(slots=True)
class WidgetCounts:
    """The ends of one widget.

    Attributes:
        seconds: how often it took so many seconds, where its Steps have instants.
    """

    times: int = 0
    failed: int = 0
    timed_out: int = 0
    seconds: Counter[int] = field(default_factory=Counter)


@dataclass(slots=True)
class RevisionCounts:
    """The Executions of one revision, and those in which a widget failed or timed out."""

    executions: int = 0
    failed: int = 0
    timed_out: int = 0


@dataclass(slots=True)
class StepCounts:
    """The Steps of a Flow's ended Executions. Its memory does not grow with their number.

    Attributes:
        ended: Executions with a final line.
        executions: those of them whose Steps are known.
        missing: those that Twilio no longer had, by the reason.
        ends: Executions by the widget in which they ended, and the event.
        visits: Executions by their revision and their first visits.
        paths: Executions by every widget that they reached, in order; none without a Step.
    """

    ended: int = 0
    executions: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    widgets: dict[str, WidgetCounts] = field(default_factory=dict)
    revisions: dict[int | None, RevisionCounts] = field(default_factory=dict)
    visits: BoundedCounter[tuple[int | None, Visits]] = field(default_factory=BoundedCounter)
    paths: BoundedCounter[tuple[str, ...]] = field(default_factory=BoundedCounter)

    @property
    def lines(self) -> int:
        return self.executions + self.missing.total()

    @property
    def without_line(self) -> int:
        """How many ended Executions have no line yet."""
        return self.ended - self.lines

    def add(self, line: StepLine, created: datetime, revision: int | None) -> None:
        """Count the line of an Execution."""
        if line.missing is not None or line.steps is None:
            self.missing[line.missing or "unknown"] += 1
            return
        steps = line.steps[::-1]
        names = [step.names for step in steps]
        targets = tuple(target for _, _, target in names)
        self.executions += 1
        self.ends[_end(names)] += 1
        self.visits.add((revision, _first_visits(targets)))
        if targets:
            self.paths.add((*targets[:_MAX_PATH], "…") if len(targets) > _MAX_PATH else targets)
        self._count_widgets(names, steps, created)
        self._count_revision(revision, [event for _, event, _ in names])

    def _count_widgets(
        self, names: Iterable[tuple[str, str, str]], steps: Sequence[Step], created: datetime
    ) -> None:
        before = created
        for (source, event, _), step in zip(names, steps, strict=True):
            widget = self.widgets.setdefault(source, WidgetCounts())
            widget.times += 1
            widget.failed += has_failed(event)
            widget.timed_out += has_timed_out(event)
            if at := step.at:
                widget.seconds[max(0, int((at - before).total_seconds()))] += 1
                before = at

    def _count_revision(self, revision: int | None, events: Sequence[str]) -> None:
        counts = self.revisions.setdefault(revision, RevisionCounts())
        counts.executions += 1
        counts.failed += any(map(has_failed, events))
        counts.timed_out += any(map(has_timed_out, events))


def has_failed(event: str) -> bool:
    """Whether a widget ended by an error, such as `failed` or `deliveryFailure`."""
    return "fail" in event.lower()


def has_timed_out(event: str) -> bool:
    return event == "timeout"


def _end(names: Sequence[tuple[str, str, str]]) -> tuple[str, str]:
    if not names:
        return NO_STEP, UNSAID
    source, event, target = names[-1]
    return (source, event) if target == ENDED_WIDGET else (target, UNSAID)


def _first_visits(targets: Sequence[str]) -> Visits:
    return tuple(dict.fromkeys(target for target in targets if target != ENDED_WIDGET))
