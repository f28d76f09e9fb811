"""List Flows and Executions page by page, and refuse to follow a cycle."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from studio_export.errors import InvalidPageError
from studio_export.instants import format_instant
from studio_export.model import Span
from studio_export.ports import Source
from studio_export.twilio.page import Page, parse_executions, parse_flows

PAGE_SIZE = 1000  # the largest that the API takes

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


def executions_url(base_url: str, flow_sid: str, span: Span) -> str:
    query = {
        "DateCreatedFrom": format_instant(span.start - TOLERANCE),
        "DateCreatedTo": format_instant(span.stop),
        "PageSize": PAGE_SIZE,
    }
    return f"{base_url}/v2/Flows/{flow_sid}/Executions?{urlencode(query, safe=':')}"


def flow_sids(source: Source, deadline: float) -> list[str]:
    """Return every Flow of the account once, ascending.

    Raises:
        InvalidPageError: a page is unreadable.
    """
    sids: set[str] = set()
    first_url = flows_url(source.base_url)
    follow = follower(first_url)
    url: str | None = first_url
    while url:
        found, next_page_url = parse_flows(source.get(url, deadline).body)
        sids.update(found)
        url = follow(next_page_url)
    return sorted(sids)


def executions(source: Source, flow_sid: str, span: Span, deadline: float) -> Iterator[ListedPage]:
    """Yield the pages of Executions created in `span`, and in the second before it.

    Raises:
        InvalidPageError: a page is unreadable or of another listing. Earlier pages are valid.
        FlowError, UnavailableError, AccessDeniedError, DeadlineExceededError: as the source does.
    """
    first_url = executions_url(source.base_url, flow_sid, span)
    follow = follower(first_url)
    url: str | None = first_url
    while url:
        reply = source.get(url, deadline)
        page = parse_executions(reply.body)
        url = follow(page.next_page_url)
        _check_range(page, span)
        yield ListedPage(page, len(reply.body), reply.throttles, last=not url)


def _check_range(page: Page, span: Span) -> None:
    earliest, latest = span.start - 2 * TOLERANCE, span.stop + TOLERANCE
    instants = [record.created for record in page.records]
    if instants and not earliest <= min(instants) <= max(instants) <= latest:
        raise InvalidPageError("a record is outside the requested range: the filter was lost")


def follower(first_url: str) -> Callable[[str | None], str | None]:
    """Return a function that checks and returns each `next_page_url` of one listing.

    The credentials are sent to that URL, so its scheme, host, port and path must be those of the
    listing. A URL that was followed before would make the listing endless.

    Raises (when called):
        InvalidPageError: the URL differs, or was followed before.
    """
    first = urlsplit(first_url)
    seen = {first_url}

    def follow(url: str | None) -> str | None:
        if not url:
            return None
        # urlsplit drops line ends and tabs, and the HTTP library does not: refuse a URL that two
        # parsers may read differently.
        if not _URL_CHARACTERS.fullmatch(url):
            raise InvalidPageError("next_page_url contains a character that is not valid in a URL")
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise InvalidPageError("next_page_url is not a URL") from error
        if (parts.scheme, parts.netloc, parts.path) != (first.scheme, first.netloc, first.path):
            raise InvalidPageError("next_page_url leaves the requested listing")
        if url in seen:
            raise InvalidPageError("next_page_url repeats a page that was read")
        seen.add(url)
        return url

    return follow
