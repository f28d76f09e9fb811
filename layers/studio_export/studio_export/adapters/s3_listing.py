"""Check that the pages of a bucket's list are the whole list, once and in order. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

# S3 may send some pages without a key, for deleted versions; so many in a row are no list.
_MAX_EMPTY_PAGES = 100
# A store that tells no date: the object counts as old.
_UNKNOWN = datetime.min.replace(tzinfo=UTC)


class ListingFaultError(ValueError):
    """The pages are not a complete list; the message says why."""


class ListedKeys:
    """The keys of a list, page by page, and when each was written.

    A short list is taken for the truth by all that reads it: an append, a compaction, a search.
    """

    def __init__(self, prefix: str) -> None:
        self.keys: list[str] = []
        self.written: list[datetime] = []
        self._prefix = prefix
        self._token: str | None = None
        self._empty_pages = 0

    def add(self, page: Mapping[str, Any]) -> str | None:
        """Add a page; return the token of the next one, None after the last.

        Raises:
            ListingFaultError: the list is truncated, repeated or out of order.
        """
        self._add(sorted(page.get("Contents", []), key=_key_of))
        token = page.get("NextContinuationToken") or None
        if "IsTruncated" not in page:
            raise ListingFaultError("a response has no IsTruncated, so it is no list")
        if bool(token) is not page["IsTruncated"]:
            raise ListingFaultError("IsTruncated and NextContinuationToken contradict each other")
        if token and token == self._token:
            raise ListingFaultError("NextContinuationToken repeats")
        self._token = token
        return token

    def _add(self, items: Sequence[Mapping[str, Any]]) -> None:
        keys = list(map(_key_of, items))
        self._empty_pages = 0 if keys else self._empty_pages + 1
        if self._empty_pages > _MAX_EMPTY_PAGES:
            raise ListingFaultError(f"{_MAX_EMPTY_PAGES} pages in a row have no key")
        foreign = [key for key in keys if not key.startswith(self._prefix)]
        if foreign:
            raise ListingFaultError(f"{foreign[0]!r} does not start with the prefix")
        previous = self.keys[-1] if self.keys else ""
        for key in keys:
            if key <= previous:
                raise ListingFaultError(f"{key!r} comes after {previous!r}")
            previous = key
        self.keys += keys
        self.written += [item.get("LastModified", _UNKNOWN) for item in items]


def _key_of(item: Mapping[str, Any]) -> str:
    return str(item.get("Key", ""))
