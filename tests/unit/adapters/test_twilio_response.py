import gzip
import tracemalloc

import pytest

from studio_export.adapters.twilio_response import BodyError, TwilioResponse

_LARGE = 20_000_000


def content(body: bytes) -> bytes:
    return TwilioResponse(200, "/", {"content-encoding": "gzip"}, body).content()


@pytest.mark.parametrize("size", [0, 1, 1000, 65_537, 3_000_000, _LARGE])
def test_the_content_is_whole_whatever_its_size(size: int) -> None:
    plain = b"0123456789abcdef" * (size // 16) + b"x" * (size % 16)
    assert content(gzip.compress(plain, 1)) == plain


@pytest.mark.parametrize("claimed", [0, 1, 999, 1001, 2**31, 2**32 - 1])
def test_a_size_that_gzip_tells_and_does_not_keep_costs_neither_memory_nor_content(
    claimed: int,
) -> None:
    plain = b"x" * 1000
    body = gzip.compress(plain)[:-4] + claimed.to_bytes(4, "little")
    tracemalloc.start()
    try:
        assert content(body) == plain
    except BodyError:
        pass  # the length is a checksum too
    finally:
        peak_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak_bytes < 2 * _LARGE
