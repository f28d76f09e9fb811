"""The stub of the bench, with the lists of Flows and accounts that peers request."""

import json
from urllib.parse import urlsplit

from tools.bench import stub
from tools.bench.pages import FLOW_SID

_FLOWS = {"meta": {"key": "flows", "next_page_url": None}, "flows": [{"sid": FLOW_SID}]}
_LISTS = {"/v2/Flows": _FLOWS, "/2010-04-01/Accounts.json": {"accounts": [], "page": 0}}


class Handler(stub.Handler):
    def do_GET(self) -> None:  # noqa: N802  the base class's name
        found = _LISTS.get(urlsplit(self.path).path)
        if found is None:
            super().do_GET()
        else:
            self._send(json.dumps(found).encode(), "application/json", {})


if __name__ == "__main__":
    stub.main(Handler)
