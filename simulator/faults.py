"""Faults of the simulated Studio, each a value that can be switched on and off."""

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from simulator.request import Operation, Request


class Kind(StrEnum):
    # Paging
    OFFSET_TOKENS = "offset_tokens"  # rows that come or go between two pages shift the rest
    PAGE_SIZE = "page_size"  # value: rows a page, whatever was asked for
    REPEATED_ROWS = "repeated_rows"  # the row before the page comes first, the page's first last
    SHUFFLED_ROWS = "shuffled_rows"
    EMPTY_PAGE = "empty_page"  # before a page comes one without rows, with a next URL
    EMPTY_LAST_PAGE = "empty_last_page"
    URL_CYCLE = "url_cycle"  # the next URL is this page's; value "first": the first page's
    FOREIGN_HOST = "foreign_host"  # the next URL is on another host; value: which
    TOKEN_EXPIRES = "token_expires"  # value: after how many seconds
    BAD_TOKEN = "bad_token"
    # Rows
    FILTERS_LOST = "filters_lost"  # from the second page on
    FROM_SHIFT = "from_shift"  # value: seconds; 1 makes DateCreatedFrom exclusive
    TO_SHIFT = "to_shift"  # value: seconds; 1 makes DateCreatedTo inclusive
    STATUS_IGNORED = "status_ignored"  # the status filter has no effect
    STATUS_REFUSED = "status_refused"  # a request with the status filter is answered 400
    STATUS_UNKNOWN = "status_unknown"  # the status filter matches nothing
    LATE_VISIBILITY = "late_visibility"  # value: the most seconds from creation to the list
    DELETED_WHILE_LISTING = "deleted_while_listing"  # value: of the page's newest, how many
    CLOCK_SKEW = "clock_skew"  # value: seconds that the Studio is ahead
    # Steps and Contexts
    STEPS_LATE = "steps_late"  # value: seconds after the end until there are any
    LAST_STEP_LATE = "last_step_late"  # value: seconds after the end until the last one is there
    OTHER_EXECUTION = "other_execution"  # Steps of another come with them; "instead": only those
    # The form of a page
    SPOILED_ROWS = "spoiled_rows"  # value: an Oddity; `row` says which one
    PRETTY = "pretty"  # white space and line ends between all tokens
    WRONG_KEY = "wrong_key"  # meta.key names another list
    NOT_A_LIST = "not_a_list"  # the list is null
    HTML_PAGE = "html_page"  # 200, but HTML
    # Instead of an answer
    THROTTLED = "throttled"  # 429; value: Retry-After, seconds or any text; none without
    SERVER_ERROR = "server_error"  # HTML; value: the status, 503 without
    RESET = "reset"
    HANG = "hang"
    CUT_BODY = "cut_body"
    SLOW = "slow"  # value: seconds before the answer
    REDIRECT = "redirect"  # 302; value: where to
    NOT_FOUND = "not_found"
    OTHER_ACCOUNT = "other_account"  # the key is of an account that has none of these Flows
    UNAUTHORIZED = "unauthorized"  # 401/20003
    SUSPENDED = "suspended"  # 403/20403
    NO_PERMISSION = "no_permission"  # 70051; value: 401 or 403, 403 without


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault, and the requests that it strikes.

    These are the requests of `operation`, `flow_sid`, `execution_sid` and `page` (None: any) in
    `[start, stop)` of virtual time; of them `times`, from the `first`-th on.
    """

    kind: Kind
    value: float | str | None = None
    operation: Operation | None = None
    flow_sid: str | None = None
    page: int | None = None
    first: int = 1
    times: int | None = None
    start: datetime | None = None
    stop: datetime | None = None
    row: int | None = None
    execution_sid: str | None = None

    def concerns(self, request: Request, now: datetime) -> bool:
        return (
            self.operation in {None, request.operation}
            and self.flow_sid in {None, request.flow_sid}
            and self.execution_sid in {None, request.execution_sid}
            and (self.page is None or request.parameters.get("Page", "0") == str(self.page))
            and (self.start is None or self.start <= now)
            and (self.stop is None or now < self.stop)
        )

    def number(self, default: float = 0) -> float:
        return default if self.value is None else float(self.value)

    def to_json(self) -> dict[str, Any]:
        fields = {name: value for name, value in asdict(self).items() if value is not None}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in fields.items()
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Fault":
        read: dict[str, Any] = {
            "kind": Kind,
            "operation": Operation,
            "start": datetime.fromisoformat,
            "stop": datetime.fromisoformat,
        }
        return cls(**{name: read.get(name, _same)(value) for name, value in fields.items()})


def _same(value: Any) -> Any:
    return value


Active = Mapping[Kind, Fault]


class Faults:
    """The active faults and their counts of requests. Of one kind the last one applies."""

    def __init__(self, *faults: Fault) -> None:
        self._lock = threading.Lock()
        self._met: list[tuple[Fault, list[int]]] = [(fault, [0]) for fault in faults]

    def __iter__(self) -> Any:
        return iter([fault for fault, _ in self._met])

    def on(self, *faults: Fault) -> None:
        with self._lock:
            self._met += [(fault, [0]) for fault in faults]

    def off(self, *kinds: Kind) -> None:
        """Switch these kinds off; without arguments, all."""
        with self._lock:
            self._met = [one for one in self._met if kinds and one[0].kind not in kinds]

    def met(self, kind: Kind) -> int:
        """Return how many requests matched a fault of this kind."""
        return sum(count[0] for fault, count in self._met if fault.kind == kind)

    def strike(self, request: Request, now: datetime) -> Active:
        """Count the request, and return the faults that strike it."""
        if not self._met:
            return {}
        active = {}
        with self._lock:
            for fault, count in self._met:
                if fault.concerns(request, now):
                    count[0] += 1
                    past = count[0] - fault.first
                    if past >= 0 and (fault.times is None or past < fault.times):
                        active[fault.kind] = fault
        return active
