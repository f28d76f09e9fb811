"""The `meta` object of a page: its number, and the URLs of its neighbours."""

from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from simulator.faults import Kind
from simulator.paging import Token
from simulator.view import View

_FILTERS = ("status", "DateCreatedFrom", "DateCreatedTo")


def meta(
    view: View, name: str, size: int, following: Token | None, previous: Token | None
) -> dict[str, object]:
    """Return `meta`; the tokens of the neighbours are None at the ends of the list."""
    page = view.request.page
    first = _url(view, size, 0)
    given = view.request.parameters.get("PageToken")
    this = _url(view, size, page, given) if page or given else first
    return {
        "page": page,
        "page_size": size,
        "first_page_url": first,
        "previous_page_url": previous and _url(view, size, page - 1, previous.encode()),
        "url": this,
        "next_page_url": _onward(view, size, first, this, following),
        "key": "services" if Kind.WRONG_KEY in view.active else name,
    }


def _onward(view: View, size: int, first: str, this: str, following: Token | None) -> str | None:
    active = view.active
    if Kind.URL_CYCLE in active:
        url = first if active[Kind.URL_CYCLE].value == "first" else this
    elif following:
        url = _url(view, size, view.request.page + 1, following.encode())
    else:
        return None
    if Kind.FOREIGN_HOST not in active:
        return url
    foreign = str(active[Kind.FOREIGN_HOST].value or "studio.example.net")
    return urlsplit(url)._replace(netloc=foreign).geturl()


def _url(view: View, size: int, page: int, token: str | None = None) -> str:
    """Return a URL as Twilio writes it: filters, `PageSize`, `Page`, `PageToken`."""
    given = view.request.parameters
    lost = page > 0 and Kind.FILTERS_LOST in view.active
    query = [(name, given[name]) for name in _FILTERS if name in given and not lost]
    query += [("PageSize", str(size)), ("Page", str(page))]
    if token:
        query.append(("PageToken", token))
    return f"{view.base_url}{view.request.path}?{_encoded(tuple(query))}"


_encoded = lru_cache(4096)(urlencode)  # the campaigns of the tests ask for the same pages
