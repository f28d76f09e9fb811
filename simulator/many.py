"""Several accounts behind one host, which tells them by the credentials of a request."""

from collections.abc import Mapping, Sequence

from simulator.responses import Response
from simulator.studio import Studio, basic


class ManyStudios(Studio):
    """The API of several accounts.

    Requests with unknown credentials are refused by the first account. So are the faults and the
    clock of the control interface the first account's.
    """

    def __init__(self, studios: Sequence[Studio]) -> None:
        first, *_ = studios
        self._others: list[Studio] = []
        super().__init__(first.clock, first.account)
        self.faults = first.faults
        self._others = list(studios[1:])

    def handle(
        self, method: str, url: str, headers: Mapping[str, str], concurrent: int = 1
    ) -> Response:
        """Answer one request by the account whose credentials it has."""
        given = {name.lower(): value for name, value in headers.items()}.get("authorization")
        for studio in self._others:
            if given in {basic(*pair) for pair in studio.account.credentials.items()}:
                studio.base_url = self.base_url
                return studio.handle(method, url, headers, concurrent)
        return super().handle(method, url, headers, concurrent)
