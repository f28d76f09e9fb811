"""What one object of `executions/` led to: counts that add up, and why it is not done."""

from dataclasses import dataclass

from studio_export.errors import StudioExportError
from studio_export.summary import DetailCounts


@dataclass(frozen=True, slots=True)
class ParentResult:
    """The outcome of one object of `executions/`.

    Attributes:
        done: every dataset has its mark.
        answered: the datasets for which Twilio answered with what was asked for.
        interrupted: Twilio throttled, and the rest was left for later.
        refused: the datasets for which Twilio refuses the key.
        unknown: those for which Twilio does not know the Flow.
        error: the first error; None if nothing went wrong.
    """

    counts: DetailCounts
    done: bool = False
    answered: frozenset[str] = frozenset()
    interrupted: bool = False
    refused: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    error: StudioExportError | None = None
