"""Gzip members with igzip, as the exporter reads and writes them."""

from collections.abc import Iterable, Iterator

from isal import isal_zlib

_GZIP = 31
_OBJECT_BYTES = 8_000_000  # as much as the exporter gathers for one object


def inflated(body: bytes) -> bytes:
    return isal_zlib.decompress(body, wbits=_GZIP)


def deflated(*parts: bytes) -> bytes:
    deflate = isal_zlib.compressobj(1, isal_zlib.DEFLATED, _GZIP)
    return b"".join([*map(deflate.compress, parts), deflate.flush()])


def gathered(texts: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield the pages of one object after another: they are in memory until it is whole."""
    pages: list[bytes] = []
    for text in texts:
        pages.append(text)
        if sum(map(len, pages)) >= _OBJECT_BYTES:
            yield pages
            pages = []
    if pages:
        yield pages
