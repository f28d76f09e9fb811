"""Flows whose list Twilio refuses, while others may be answered."""

from studio_export.errors import AccessDeniedError

_MAX_REFUSED_FLOWS = 12


class Refusals:
    """A refusal is one Flow's finding, unless no listing is answered: then it ends the command."""

    def __init__(self) -> None:
        self._refused: dict[str, AccessDeniedError] = {}
        self._answered = False

    def record_answer(self) -> None:
        self._answered = True

    def record(self, flow_sid: str, error: AccessDeniedError) -> None:
        """Record a refusal.

        Raises:
            AccessDeniedError: so many Flows are refused, and none was answered.
        """
        self._refused[flow_sid] = error
        if len(self._refused) >= _MAX_REFUSED_FLOWS:
            self.check()

    def of(self, flow_sid: str) -> AccessDeniedError | None:
        """Return the Flow's refusal: its other days need not be asked for."""
        return self._refused.get(flow_sid)

    def check(self) -> None:
        """Raise a refusal if nothing was answered.

        Raises:
            AccessDeniedError: as recorded.
        """
        if not self._answered:
            for error in self._refused.values():
                raise error
