"""List Flows and Executions page by page, and refuse to follow a cycle."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from studio_export.errors import InvalidPageError, StudioExportError
from studio_export.instants import format_instant
from studio_export.model import Span
from studio_export.ports import Source
from studio_export.twilio.page import Page, parse_executions, parse_flows

PAGE_SIZE = 1000  # the largest that the API takes

# An API may send some empty pages before its last; ten in a row are a listing without end.
MAX_BARREN_PAGES = 10

# The API may round a bound by a second; a wider request loses no record.
TOLERANCE = timedelta(seconds=1)

_URL_CHARACTERS = re.compile(r"[!-\[\]-~]+")  # visible ASCII without a backslash


class ListedPage(NamedTuple):
    """A page of a listing.

    Attributes:
        body_bytes: the size of the page.
        throttles: how many 429 responses came before it.
        last: whether no page follows.
    """

    page: Page
    body_bytes: int
    throttles: int
    last: bool


def flows_url(base_url: str) -> str:
    return f"{base_url}/v2/Flows?{urlencode({'PageSize': PAGE_SIZE})}"


def executions_url(
    base_url: str,
    flow_sid: str,
    span: Span,
    tolerance: timedelta = TOLERANCE,
    status: str | None = None,
) -> str:
    query: dict[str, str | int] = {
        "DateCreatedFrom": format_instant(span.start - tolerance),
        "DateCreatedTo": format_instant(span.stop),
        "PageSize": PAGE_SIZE,
    }
    if status:  # its name is in lower case in Twilio's OpenAPI description, unlike the others
        query["status"] = status
    return f"{base_url}/v2/Flows/{flow_sid}/Executions?{urlencode(query, safe=':')}"


class FlowList(NamedTuple):
    """The Flows of the account, each once, ascending.

    Attributes:
        failures: what of the list is unusable.
        names: the friendly names by Sid, of those that have one.
    """

    sids: tuple[str, ...]
    failures: tuple[StudioExportError, ...] = ()
    names: Mapping[str, str] = MappingProxyType({})


def list_flows(source: Source, deadline: float) -> FlowList:
    """Every Flow of the account that the list shows.

    A row without a usable Sid, or a later page that fails, is a failure beside the Flows that were
    listed: one row must not hide the others.

    Raises:
        StudioExportError: the first page cannot be had.
    """
    sids: set[str] = set()
    names: dict[str, str] = {}
    failures: list[StudioExportError] = []
    first_url = flows_url(source.base_url)
    follow, bound = follower(first_url), ProgressBound()
    url: str | None = first_url
    while url:
        try:
            page = parse_flows(source.get(url, deadline).body)
            sids.update(page.sids)
            names.update(page.names)
            failures += [
                InvalidPageError(f"row {row} of a page of the list of Flows has no usable sid")
                for row in page.unusable_rows
            ]
            bound.check(page.sids)
            url = follow(page.next_page_url)
        except StudioExportError as error:
            if url == first_url and not sids:
                raise
            failures.append(error)
            break
    return FlowList(tuple(sorted(sids)), tuple(failures), names)


def executions(  # noqa: PLR0913, PLR0917  what a listing needs
    source: Source,
    flow_sid: str,
    span: Span,
    deadline: float,
    tolerance: timedelta = TOLERANCE,
    status: str | None = None,
) -> Iterator[ListedPage]:
    """Yield the pages of Executions created in `span`, and in `tolerance` before it.

    With a `status`, Twilio is asked for those only; it may ignore that.

    Raises:
        InvalidPageError: a page is unreadable or not of this listing, or the listing does not end;
            what came before it is sound.
        FlowError, UnavailableError, AccessDeniedError, DeadlineExceededError: as the source raises
            them.
    """
    first_url = executions_url(source.base_url, flow_sid, span, tolerance, status)
    follow, bound = follower(first_url), ProgressBound()
    url: str | None = first_url
    while url:
        reply = source.get(url, deadline)
        page = parse_executions(reply.body)
        _check_range(page, span)
        last = not page.next_page_url
        yield ListedPage(page, len(reply.body), reply.throttles, last)
        if not last:
            bound.check([*(record.sid for record in page.records), *page.rejected])
        url = follow(page.next_page_url)


def _check_range(page: Page, span: Span) -> None:
    earliest, latest = span.start - 2 * TOLERANCE, span.stop + TOLERANCE
    instants = [record.created for record in page.records]
    if instants and not earliest <= min(instants) <= max(instants) <= latest:
        raise InvalidPageError("a record is outside the requested range: the filter was lost")


class ProgressBound:
    """Ends a listing whose pages bring nothing new: the other side could name a next page for ever.

    Raises (by `check`):
        InvalidPageError: several pages in a row brought nothing that an earlier page did not have.
    """

    def __init__(self) -> None:
        self._seen: set[object] = set()
        self._barren_pages = 0

    def check(self, rows: Iterable[object]) -> None:
        before = len(self._seen)
        self._seen.update(rows)
        self._barren_pages = 0 if len(self._seen) > before else self._barren_pages + 1
        if self._barren_pages >= MAX_BARREN_PAGES:
            raise InvalidPageError(
                f"the listing does not end: {MAX_BARREN_PAGES} pages in a row brought nothing new"
            )


def follower(first_url: str) -> Callable[[str | None], str | None]:
    """Return a function that checks a `next_page_url` and returns the URL to ask for.

    Credentials follow it, so its path and query are asked on the listing's own origin, whatever
    scheme, host and port it spells; and its path must be the listing's.

    Raises (when called):
        InvalidPageError: it is not a URL, names another path, or was asked before.
    """
    first = urlsplit(first_url)
    seen = {first_url}

    def follow(url: str | None) -> str | None:
        if not url:
            return None
        # urlsplit drops line ends and tabs, and the HTTP library does not: refuse what two parsers
        # may read in two ways.
        if not _URL_CHARACTERS.fullmatch(url):
            raise InvalidPageError("next_page_url contains a character that is not valid in a URL")
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise InvalidPageError("next_page_url is not a URL") from error
        if parts.path != first.path:
            raise InvalidPageError("next_page_url leaves the requested listing")
        own = f"{first.scheme}://{first.netloc}{parts.path}?{parts.query}"
        if own in seen:
            raise InvalidPageError("next_page_url repeats a page that was read")
        seen.add(own)
        return own

    return follow
