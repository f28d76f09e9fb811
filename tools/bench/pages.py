"""Pages as Twilio sends them, with records of a wanted size; the same for the same seed."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from isal import isal_zlib

PAGE_RECORDS = 1000
FLOW_SID = "FW" + "0123456789abcdef" * 2
DAY = datetime(2026, 11, 23, tzinfo=UTC)

_GZIP = 31
_ACTIVE = 0.1  # share of the records
_ACCOUNT_SID = "AC" + "fedcba9876543210" * 2
_SAID = (
    "account agent answer balance billing branch callback caller card city confirm customer date "
    "digits dispatch extension flow greeting hangup holiday hours intent language lookup menu "
    "message number office option order payment phone pin postcode prompt queue reason refund "
    "response retry schedule score service session shipment speech status step support tag ticket "
    "timeout transfer trigger user verify voice voicemail webhook widget zone"
)
_WORDS = _SAID.split()


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing, newest first, as it comes over the wire: gzip bodies."""

    bodies: list[bytes]
    records: int
    text_bytes: int


def listing(
    records: int, record_bytes: int, base_url: str, span: timedelta = timedelta(hours=1)
) -> Listing:
    """`records` spread evenly over `span` from the start of the day on."""
    pages = list(texts(records, record_bytes, base_url, span))
    bodies = [isal_zlib.compress(page, 1, wbits=_GZIP) for page in pages]
    return Listing(bodies, records, sum(map(len, pages)))


def texts(records: int, record_bytes: int, base_url: str, span: timedelta) -> Iterator[bytes]:
    chance = random.Random(record_bytes)
    count = -(-records // PAGE_RECORDS)
    for number in range(count):
        first = number * PAGE_RECORDS
        rows = [
            _record(chance, record_bytes, DAY + span * ((records - 1 - row) / records))
            for row in range(first, min(first + PAGE_RECORDS, records))
        ]
        yield page(rows, number if number + 1 < count else None, base_url)


def page(rows: list[str], following: int | None, base_url: str) -> bytes:
    """A page of these rows; `following` is its own number, if there is another after it."""
    url = f"{base_url}/v2/Flows/{FLOW_SID}/Executions?PageSize=1000"
    next_url = None if following is None else f"{url}&Page={following + 1}&PageToken=PA{following}"
    meta = {
        "page": following or 0,
        "page_size": PAGE_RECORDS,
        "first_page_url": f"{url}&Page=0",
        "previous_page_url": None,
        "url": url,
        "next_page_url": next_url,
        "key": "executions",
    }
    return f'{{"meta": {json.dumps(meta)}, "executions": [{", ".join(rows)}]}}'.encode()


def _record(chance: random.Random, record_bytes: int, created: datetime) -> str:
    sid = f"FN{chance.getrandbits(128):032x}"
    url = f"https://studio.twilio.com/v2/Flows/{FLOW_SID}/Executions/{sid}"
    at = created.strftime("%Y-%m-%dT%H:%M:%SZ")
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
    """Widgets and what they heard: about as compressible as a call's own context."""
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
