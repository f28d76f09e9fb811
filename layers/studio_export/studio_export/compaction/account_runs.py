"""Compact the datasets of several accounts, one account after another, until a deadline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio_export.accounts import unknown
from studio_export.compaction.compaction_run import CompactionRun, CompactionSummary
from studio_export.errors import StudioExportError
from studio_export.ports import Clock


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """The outcome of an account.

    Attributes:
        account: its name; None for the only one.
        summary: without a day if `error` is set.
        error: what ended the account's run; None if nothing did.
    """

    account: str | None
    summary: CompactionSummary
    error: StudioExportError | None = None


@dataclass(frozen=True, slots=True)
class AccountRuns:
    """The runs of all accounts, by their names; None names the only one. Never empty."""

    runs: Mapping[str | None, CompactionRun]
    clock: Clock

    def summaries(
        self, account: str | None, requested: Sequence[str] | None, remaining_seconds: float
    ) -> list[AccountSummary]:
        """Compact one account, or each; the error of one ends no other.

        Raises:
            InvalidEventError: there is no such account.
        """
        deadline = self.clock.monotonic() + remaining_seconds
        return [
            self._summary(name, requested, deadline - self.clock.monotonic())
            for name in self._names(account, self.clock.now().toordinal())
        ]

    def _names(self, account: str | None, today: int) -> list[str | None]:
        """Return who is compacted, in order.

        Each day begins with another account, so that a lack of time does not leave out the same
        ones.
        """
        names = [*self.runs]
        if account is not None:
            if account not in names:
                raise unknown(account)
            return [account]
        first = today % len(names)
        return names[first:] + names[:first]

    def _summary(
        self, name: str | None, requested: Sequence[str] | None, remaining_seconds: float
    ) -> AccountSummary:
        try:
            return AccountSummary(name, self.runs[name].summary(requested, remaining_seconds))
        except StudioExportError as error:
            return AccountSummary(name, CompactionSummary((), 0), error)
