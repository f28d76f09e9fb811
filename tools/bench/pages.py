"""Pages as Twilio sends them, with records of a given size."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qs, urlencode, urlsplit

PAGE_RECORDS = 1000
FLOW_SID = "FW" + "0123456789abcdef" * 2
START = datetime(2026, 11, 23, tzinfo=UTC)

_NEVER = datetime.max.replace(tzinfo=UTC)
_ACTIVE = 0.1  # share of the records
_NUMBER, _INSTANT, _NEXT = b"<NUMBER>", b"<THE PAGE'S INSTANT>", b"<NEXT>"
_ACCOUNT_SID = "AC" + "fedcba9876543210" * 2
_PHRASES = (
    "account agent answer balance billing branch callback caller card city confirm customer date "
    "digits dispatch extension flow greeting hangup holiday hours intent language lookup menu "
    "message number office option order payment phone pin postcode prompt queue reason refund "
    "response retry schedule score service session shipment speech status step support tag ticket "
    "timeout transfer trigger user verify voice voicemail webhook widget zone"
)
_WORDS = _PHRASES.split()


@dataclass(frozen=True, slots=True)
class Dataset:
    """`pages` full pages of one Flow, each created at one instant, `step_seconds` after the last.

    The pages differ in their Sids and instants alone, so a million records need no memory.
    """

    pages: int
    record_bytes: int
    step_seconds: int = 900
    start: datetime = START

    @property
    def records(self) -> int:
        return self.pages * PAGE_RECORDS

    @property
    def stop(self) -> datetime:
        return self.start + timedelta(seconds=self.pages * self.step_seconds)

    def between(self, start: datetime, stop: datetime) -> range:
        """Return the numbers of the pages created in `[start, stop)`."""
        step = timedelta(seconds=self.step_seconds)
        first, last = -((self.start - start) // step), -((self.start - stop) // step)
        return range(max(0, first), min(self.pages, last))

    def requested(self, url: str, now: datetime = _NEVER) -> tuple[int | None, str | None]:
        """Return the number of the page that a URL asks for, and the URL of the one after it.

        It is the newest page of the range, or that of the token; None if there is none. Each page
        links to the one created before it.
        """
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        start, stop = (
            datetime.fromisoformat(query[name]).astimezone(UTC) if name in query else default
            for name, default in (("DateCreatedFrom", self.start), ("DateCreatedTo", self.stop))
        )
        found = self.between(start, min(stop, now))
        if not found:
            return None, None
        number = int(query.get("PageToken", found.stop - 1))
        if number == found.start:
            return number, None
        following = urlencode({**query, "PageToken": number - 1})
        return number, parts._replace(query=following).geturl()

    def page(self, number: int | None, next_url: str | None = None) -> bytes:
        if number is None:
            return b'{"meta":{"key":"executions","next_page_url":null},"executions":[]}'
        text = _template(self.record_bytes).replace(_NUMBER, b"%08x" % number)
        created = self.start + timedelta(seconds=number * self.step_seconds)
        instant = created.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        return text.replace(_INSTANT, instant).replace(_NEXT, json.dumps(next_url).encode())


@lru_cache(maxsize=8)
def _template(record_bytes: int) -> bytes:
    chance = random.Random(record_bytes)
    rows = ", ".join(_record(chance, record_bytes) for _ in range(PAGE_RECORDS))
    url = f"https://studio.twilio.com/v2/Flows/{FLOW_SID}/Executions?PageSize=1000&Page=0"
    meta = (
        f'{{"page": 0, "page_size": 1000, "first_page_url": "{url}", "previous_page_url": null, '
        f'"url": "{url}", "next_page_url": {_NEXT.decode()}, "key": "executions"}}'
    )
    return f'{{"meta": {meta}, "executions": [{rows}]}}'.encode()


def _record(chance: random.Random, record_bytes: int) -> str:
    sid = f"FN{_NUMBER.decode()}{chance.getrandbits(96):024x}"
    url = f"https://studio.twilio.com/v2/Flows/{FLOW_SID}/Executions/{sid}"
    at = _INSTANT.decode()
    shell = (
        f'{{"sid": "{sid}", "account_sid": "{_ACCOUNT_SID}", "flow_sid": "{FLOW_SID}", '
        f'"contact_channel_address": "+1{chance.randrange(10**9, 10**10)}", '
        f'"contact_sid": "FC{chance.getrandbits(128):032x}", "flow_version": 17, '
        f'"status": "{"active" if chance.random() < _ACTIVE else "ended"}", "context": ?, '
        f'"date_created": "{at}", "date_updated": "{at}", '
        f'"initiated_by": "CA{chance.getrandbits(128):032x}", "url": "{url}", '
        f'"links": {{"steps": "{url}/Steps", "execution_context": "{url}/Context"}}}}'
    )
    return shell.replace("?", _context(chance, record_bytes - len(shell)))


def _context(chance: random.Random, size_bytes: int) -> str:
    """Widgets and their input, about as compressible as the context of a real call."""
    widgets: list[str] = []
    used = 2
    while used < size_bytes:
        words = " ".join(chance.choices(_WORDS, k=6))
        widget = f'"{chance.choice(_WORDS)}_{len(widgets)}": {{"SpeechResult": "{words}", '
        widget += f'"Confidence": "0.{chance.getrandbits(24)}", "Sid": '
        widget += f'"{chance.getrandbits(96):024x}"}}'
        widgets.append(widget)
        used += len(widget) + 2
    return f"{{{', '.join(widgets)}}}"
