"""What every page of a list has beside its rows. Pure."""

from codecs import BOM_UTF8

import msgspec

from studio_export.errors import InvalidPageError


class Meta(msgspec.Struct):
    key: str
    next_page_url: str | None = None


def check_key(key: str, expected: str) -> None:
    """Check that a page lists what was asked for.

    Raises:
        InvalidPageError: `meta.key` names another list.
    """
    if key != expected:
        raise InvalidPageError(f"the page's meta.key is not {expected!r}")


def utf8(body: bytes) -> bytes:
    """Replace bytes that are not UTF-8 by U+FFFD, which readers accept."""
    body = body.removeprefix(BOM_UTF8)
    try:
        body.decode()
    except UnicodeDecodeError:
        return body.decode(errors="replace").encode()
    return body


def on_one_line(body: bytes) -> bytes:
    """Remove the white space between tokens, if the page has line ends.

    Raises:
        msgspec.DecodeError: not JSON.
    """
    # The decoder refuses a raw line end inside a string, so each is between tokens.
    return msgspec.json.format(body, indent=-1) if b"\n" in body or b"\r" in body else body
