"""One page of a list, with every fault of its rows, its links or its form."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Generic

from simulator.faults import Kind
from simulator.meta import meta
from simulator.oddities import Oddity, spoil
from simulator.paging import Keyed, Listed, Row, Token, bad_token, decode
from simulator.pretty import pretty
from simulator.responses import ApiError
from simulator.view import View


@dataclass(frozen=True, slots=True)
class Shown(Generic[Row]):
    rows: Sequence[Row]
    text: str


def show(view: View, name: str, listed: Listed[Row], render: Callable[[Row], str]) -> Shown[Row]:
    """Return the requested page: its rows and its JSON text."""
    request, active = view.request, view.active
    token = _token(view)
    size = request.page_size
    if Kind.PAGE_SIZE in active:
        size = int(active[Kind.PAGE_SIZE].number(size))
    if Kind.EMPTY_PAGE in active and not (token and token.shown_empty):
        rows: list[Row] = []
        following: Token | None = replace(token or Token(view.now), shown_empty=True)
    else:
        rows, more = listed.page(token, size)
        more = more or (Kind.EMPTY_LAST_PAGE in active and bool(rows))
        following = _following(view, token, rows) if more else None
    previous = _previous(view, token, rows, size)
    described = meta(view, name, size, following, previous)
    texts = [render(row) for row in _disturbed(view, listed, rows)]
    return Shown(rows, _assemble(view, name, described, texts))


def _token(view: View) -> Token | None:
    text = view.request.parameters.get("PageToken")
    if text is None:
        if view.request.page > 0:
            raise ApiError(400, 20001, "Page needs a PageToken")
        return None
    token = decode(text)
    lifetime = view.active.get(Kind.TOKEN_EXPIRES)
    expired = lifetime and view.now - token.issued >= timedelta(seconds=lifetime.number())
    if expired or Kind.BAD_TOKEN in view.active:
        raise bad_token()
    return token


def _following(view: View, token: Token | None, rows: Sequence[Keyed]) -> Token:
    if Kind.OFFSET_TOKENS in view.active and not (token and token.below):
        return Token(view.now, offset=(token.offset or 0 if token else 0) + len(rows))
    return Token(view.now, below=rows[-1].key)


def _previous(view: View, token: Token | None, rows: Sequence[Keyed], size: int) -> Token | None:
    if not view.request.page:
        return None
    if token and token.offset is not None:
        return Token(view.now, offset=max(0, token.offset - size))
    return Token(view.now, above=rows[0].key) if rows else None


def _disturbed(view: View, listed: Listed[Row], rows: list[Row]) -> list[Row]:
    shown = list(rows)
    if Kind.REPEATED_ROWS in view.active and rows:
        earlier = listed.before(rows[0])
        shown = [*([] if earlier is None else [earlier]), *rows, rows[0]]
    if Kind.SHUFFLED_ROWS in view.active:
        random.Random(view.request.number).shuffle(shown)
    return shown


def _assemble(view: View, name: str, described: dict[str, object], texts: list[str]) -> str:
    if spoiled := view.active.get(Kind.SPOILED_ROWS):
        chosen = range(len(texts)) if spoiled.row is None else (spoiled.row,)
        texts = [
            spoil(text, Oddity(str(spoiled.value))) if number in chosen else text
            for number, text in enumerate(texts)
        ]
    rows = "null" if Kind.NOT_A_LIST in view.active else f"[{', '.join(texts)}]"
    text = f'{{"meta": {json.dumps(described)}, "{name}": {rows}}}'
    return pretty(text) if Kind.PRETTY in view.active else text
