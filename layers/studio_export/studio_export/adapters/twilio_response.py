"""An HTTP answer of Twilio's, and the one line that says what is wrong with it (pure)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isal import igzip_lib, isal_zlib

_MAX_SIZE_HINT_BYTES = 16_000_000
_GZIP_WINDOW = 31  # zlib's word for "gzip header and trailer", so the CRC is checked
_CODES = range(10_000, 100_000)


class BodyError(ValueError):
    """The body is cut, damaged, or in an encoding that was not asked for."""


@dataclass(frozen=True, slots=True)
class TwilioResponse:
    """`body` is as it came over the wire; `path` is the request's, without its query."""

    status: int
    path: str
    headers: Mapping[str, str]
    body: bytes

    def content(self) -> bytes:
        """The body without its content encoding.

        Raises:
            BodyError: it cannot be decoded.
        """
        encoding = self.headers.get("content-encoding", "identity").strip().lower()
        if encoding == "identity":
            return self.body
        if encoding not in {"gzip", "x-gzip"}:
            raise BodyError(f"Content-Encoding {encoding} was not asked for")
        try:
            # Three times as fast as urllib3's own decoding: 1.8 ms instead of 4.6 for a 2 MB page.
            return bytes(isal_zlib.decompress(self.body, _GZIP_WINDOW, _size_hint_bytes(self.body)))
        except igzip_lib.IsalError as error:  # type: ignore[misc]  # its stub calls it an instance
            raise BodyError(f"damaged gzip: {error}") from error

    def describe(self) -> str:
        """Status, Twilio's code, path and request id. Never a query, never a body.

        Nor its message, which may say back what it was sent: where the code is explained instead.
        """
        words = [f"HTTP {self.status}"]
        code = self._problem().get("code")
        if isinstance(code, int) and code in _CODES:
            words.append(f"code {code} (https://www.twilio.com/docs/errors/{code})")
        words.append(f"for {self.path}")
        if request_id := self.headers.get("twilio-request-id"):
            words.append(f"[Twilio-Request-Id {request_id}]")
        return " ".join(words)

    def _problem(self) -> dict[str, Any]:
        """Twilio's error object, or nothing: between it and us, anyone may answer in HTML."""
        try:
            problem = json.loads(self.content())
        except ValueError:  # BodyError, JSONDecodeError and UnicodeDecodeError are of it
            return {}
        return problem if isinstance(problem, dict) else {}


def _size_hint_bytes(body: bytes) -> int:
    """How large gzip's last four bytes say that the content is: a first buffer of just that size.

    Without it the buffer doubles, and malloc keeps the pieces: a backfill by four at once took 190
    MB instead of 95. They may say anything, so it is bounded, and grows where they said too little.
    """
    return min(int.from_bytes(body[-4:], "little"), _MAX_SIZE_HINT_BYTES) + 1
