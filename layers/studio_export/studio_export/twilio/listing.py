"""Listing: the API's two lists, page by page to the last one, and never in a circle."""

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

# A bound that the API understands a second differently must cost nothing.
TOLERANCE = timedelta(seconds=1)

_URL_LETTERS = re.compile(r"[!-\[\]-~]+")  # visible ASCII without a backslash


class ListedPage(NamedTuple):
    """A page of a listing. `throttles`: how many times 429 came before it."""

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
    """Every Flow of the account, each once, ascending.

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
    """The pages of what was created in `span` (and a second before it), as they are asked for.

    Raises:
        InvalidPageError: a page is unreadable or not of this listing; what came before it is sound.
        FlowError, UnavailableError, AccessDeniedError, DeadlineExceededError: as the source raises them.
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
        raise InvalidPageError(
            "a record lies outside the range that was asked for: the filter was lost"
        )


def follower(first_url: str) -> Callable[[str | None], str | None]:
    """A check for the `next_page_url` of each page of one listing, which it returns.

    Credentials follow it, so it must name the same scheme, host, port and path as the listing
    asked for; and a URL seen before would never end.

    Raises (when called):
        InvalidPageError: it does not, or was.
    """
    first = urlsplit(first_url)
    seen = {first_url}

    def follow(url: str | None) -> str | None:
        if not url:
            return None
        # urlsplit forgets line ends and tabs, and the HTTP library does not: refuse what two
        # parsers may read in two ways.
        if not _URL_LETTERS.fullmatch(url):
            raise InvalidPageError("next_page_url has a letter that is none of a URL")
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise InvalidPageError("next_page_url is no URL") from error
        if (parts.scheme, parts.netloc, parts.path) != (first.scheme, first.netloc, first.path):
            raise InvalidPageError("next_page_url leads away from the listing that was asked for")
        if url in seen:
            raise InvalidPageError("next_page_url leads back to a page that was read")
        seen.add(url)
        return url

    return follow
