"""A plain client for tests: it follows the pages of a list and checks nothing."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from simulator.account import Flow
from simulator.execution import Execution
from simulator.responses import Response
from simulator.studio import Studio, basic

_MAX_PAGES = 5000


class Reader:
    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.headers = {"Authorization": basic(*studio.account.api_key)}

    def ask(self, url: str, method: str = "GET") -> Response:
        return self.studio.handle(method, url, self.headers)

    def page(self, url: str) -> dict[str, Any]:
        response = self.ask(url)
        if response.status != HTTPStatus.OK:
            raise AssertionError(response.body)
        read: dict[str, Any] = json.loads(response.body)
        return read

    def pages(self, flow: Flow, **parameters: object) -> list[dict[str, Any]]:
        url = f"{self.studio.base_url}/v2/Flows/{flow.sid}/Executions?{urlencode(parameters)}"
        return list(islice(self.follow(url), _MAX_PAGES))

    def follow(self, url: str | None) -> Iterator[dict[str, Any]]:
        while url:
            page = self.page(url)
            yield page
            url = page["meta"]["next_page_url"]

    def rows(self, flow: Flow, **parameters: object) -> list[dict[str, Any]]:
        return [row for page in self.pages(flow, **parameters) for row in page["executions"]]

    def sids(self, flow: Flow, **parameters: object) -> list[str]:
        return [row["sid"] for row in self.rows(flow, **parameters)]

    def steps(self, flow: Flow, execution: Execution, **parameters: object) -> list[dict[str, Any]]:
        url = f"{self.studio.base_url}/v2/Flows/{flow.sid}/Executions/{execution.sid}/Steps"
        pages = islice(self.follow(f"{url}?{urlencode(parameters)}"), _MAX_PAGES)
        return [step for page in pages for step in page["steps"]]

    def context(self, flow: Flow, execution: Execution) -> Any:
        """Return the content of the Context."""
        return self.page(f"/v2/Flows/{flow.sid}/Executions/{execution.sid}/Context")["context"]
