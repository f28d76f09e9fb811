"""Listing: the URLs of the API's two lists, and their pages to the last one, never in a circle."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from studio_export.errors import PageError
from studio_export.model import Span
from studio_export.page import parse_flows
from studio_export.ports import Source

PAGE_SIZE = 1000  # the largest that the API takes

# A bound that the API understands a second differently must cost nothing.
TOLERANCE = timedelta(seconds=1)


def flows_url(base_url: str) -> str:
    return f"{base_url}/v2/Flows?{urlencode({'PageSize': PAGE_SIZE})}"


def executions_url(base_url: str, flow_sid: str, span: Span) -> str:
    query = {
        "DateCreatedFrom": timestamp(span.start - TOLERANCE),
        "DateCreatedTo": timestamp(span.stop),
        "PageSize": PAGE_SIZE,
    }
    return f"{base_url}/v2/Flows/{flow_sid}/Executions?{urlencode(query, safe=':')}"


def timestamp(instant: datetime) -> str:
    """The one form that every Twilio API takes: whole seconds, with `Z`."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def flow_sids(source: Source, deadline: float) -> list[str]:
    """Every Flow of the account, each once, ascending.

    Raises:
        PageError: a page is unreadable.
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


def follower(first_url: str) -> Callable[[str | None], str | None]:
    """A check for the `next_page_url` of each page of one listing, which it returns.

    Credentials follow it, so it must name the same scheme, host, port and path as the listing
    asked for; and a URL seen before would never end.

    Raises (when called):
        PageError: it does not, or was.
    """
    first = urlsplit(first_url)
    seen = {first_url}

    def follow(url: str | None) -> str | None:
        if not url:
            return None
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise PageError("next_page_url is no URL") from error
        if (parts.scheme, parts.netloc, parts.path) != (first.scheme, first.netloc, first.path):
            raise PageError("next_page_url leads away from the listing that was asked for")
        if url in seen:
            raise PageError("next_page_url leads back to a page that was read")
        seen.add(url)
        return url

    return follow
