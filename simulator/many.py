"""Several accounts behind one host, which tells them by the user name of a request."""

from collections.abc import Mapping, Sequence

from simulator.responses import Response
from simulator.studio import Studio, user_name


class ManyStudios(Studio):
    """The API of several accounts.

    The first account refuses requests with an unknown user name. The faults and the clock of the
    control interface are the first account's, too.
    """

    def __init__(self, studios: Sequence[Studio]) -> None:
        first, *_ = studios
        self._others: list[Studio] = []
        super().__init__(first.clock, first.account)
        self.faults = first.faults
        self._others = list(studios[1:])

    def account_sid_of(self, headers: Mapping[str, str]) -> str:
        studio = self._other(headers)
        return studio.account.sid if studio else self.account.sid

    def handle(
        self, method: str, url: str, headers: Mapping[str, str], concurrent: int = 1
    ) -> Response:
        """Answer one request by the account that has its user name."""
        if studio := self._other(headers):
            studio.base_url = self.base_url
            return studio.handle(method, url, headers, concurrent)
        return super().handle(method, url, headers, concurrent)

    def _other(self, headers: Mapping[str, str]) -> Studio | None:
        name = user_name(headers)
        return next((each for each in self._others if name in each.account.credentials), None)
