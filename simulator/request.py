"""A parsed request: operation, resource and parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit

from simulator.responses import ApiError

_PATH = re.compile(
    r"/v2/Flows(?:/(?P<flow>[^/]+)"
    r"(?:(?P<executions>/Executions)(?:/(?P<execution>[^/]+)(?P<part>/Context|/Steps)?)?"
    r"|(?P<revisions>/Revisions)(?:/(?P<revision>[^/]+))?)?)?"
)
_MAX_PAGE_SIZE = 1000
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


class Operation(StrEnum):
    FLOWS = "flows"
    FLOW = "flow"
    EXECUTIONS = "executions"
    EXECUTION = "execution"
    CONTEXT = "context"
    STEPS = "steps"
    REVISIONS = "revisions"
    REVISION = "revision"


@dataclass(frozen=True, slots=True)
class Request:
    """`number` is the number of the request at this Studio, from 1; `revision` is as in the URL."""

    number: int
    path: str
    operation: Operation | None = None
    flow_sid: str = ""
    execution_sid: str = ""
    revision: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def page(self) -> int:
        text = self.parameters.get("Page", "0")
        if not text.isdecimal():
            raise ApiError(400, 20001, "Page is not a number")
        return int(text)

    @property
    def page_size(self) -> int:
        text = self.parameters.get("PageSize", "50")
        if not text.isdecimal() or not 1 <= int(text) <= _MAX_PAGE_SIZE:
            raise ApiError(400, 20001, f"PageSize must be from 1 to {_MAX_PAGE_SIZE}")
        return int(text)

    @property
    def status(self) -> str | None:
        status = self.parameters.get("status")
        if status not in {None, "active", "ended"}:
            raise ApiError(400, 20001, "status must be active or ended")
        return status

    def instant(self, name: str) -> datetime | None:
        """Return the instant of a parameter: ISO 8601 with an offset or `Z`."""
        text = self.parameters.get(name)
        if text is None:
            return None
        try:
            if _INSTANT.fullmatch(text):
                return datetime.fromisoformat(text).astimezone(UTC)
        except ValueError:
            pass
        raise ApiError(400, 20001, f"{name} is not an ISO 8601 date-time")


def parse(number: int, url: str) -> Request:
    """Parse a whole URL, or a path with a query."""
    parts = urlsplit(url)
    found = _PATH.fullmatch(parts.path)
    if not found:
        return Request(number, parts.path)
    return Request(
        number,
        parts.path,
        _operation(found),
        found["flow"] or "",
        found["execution"] or "",
        found["revision"] or "",
        _parameters(parts.query),
    )


@lru_cache(4096)  # the campaigns of the tests ask for the same pages thousands of times
def _parameters(query: str) -> Mapping[str, str]:
    return MappingProxyType(dict(parse_qsl(query, keep_blank_values=True)))


def _operation(found: re.Match[str]) -> Operation:
    if found["part"]:
        return Operation(found["part"][1:].lower())
    if found["execution"]:
        return Operation.EXECUTION
    if found["executions"]:
        return Operation.EXECUTIONS
    if found["revisions"]:
        return Operation.REVISION if found["revision"] else Operation.REVISIONS
    return Operation.FLOW if found["flow"] else Operation.FLOWS
