"""The rivals of the exporter: the floor (only I/O), and scripts that users write."""

import gzip
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import boto3
import msgspec
import requests
import urllib3
from botocore.config import Config
from twilio.rest import Client  # type: ignore[import-untyped]

from tools.bench.gzip_members import deflated, gathered, inflated
from tools.bench.pages import FLOW_SID


class _Meta(msgspec.Struct):
    next_page_url: str | None = None


class _Page(msgspec.Struct):
    meta: _Meta


def floor(s3: Any, url: str, start: str, stop: str) -> None:
    """Make the same requests and puts with the same libraries; only inflate and igzip-1."""
    for number, lines in enumerate(gathered(_bodies(url, start, stop))):
        s3.put_object(Bucket="bucket", Key=f"floor/{number}", Body=deflated(*lines))


def _bodies(url: str, start: str, stop: str) -> Iterator[bytes]:
    pool = urllib3.PoolManager()
    decoder = msgspec.json.Decoder(_Page)
    next_url: str | None = _listing_url(url, start, stop)
    while next_url:
        response = pool.request(
            "GET",
            next_url,
            headers={"Accept-Encoding": "gzip"},
            preload_content=False,
            decode_content=False,
        )
        with response:
            page = inflated(response.read(decode_content=False))
        yield page
        # The URL of the next page is in the first kilobyte, so the rest is not parsed.
        head = page[: page.index(b', "executions"')] + b"}"
        next_url = decoder.decode(head).meta.next_page_url


def home_made(s3: Any, url: str, start: str, stop: str) -> None:
    """Twilio's client, json, gzip, one file, one upload, as its documentation suggests."""
    client = Client("AC" + "0" * 32, "token")
    client.studio.base_url = url
    executions = client.studio.v2.flows(FLOW_SID).executions
    span = datetime.fromisoformat(start), datetime.fromisoformat(stop)
    listed = executions.stream(date_created_from=span[0], date_created_to=span[1], page_size=1000)
    with tempfile.NamedTemporaryFile() as file:
        with gzip.open(file, "wt") as lines:
            for execution in listed:
                lines.write(json.dumps(_fields(execution), default=str) + "\n")
        file.seek(0)
        s3.put_object(Bucket="bucket", Key="home-made", Body=file)


def _fields(execution: object) -> dict[str, Any]:
    return {name: value for name, value in vars(execution).items() if not name.startswith("_")}


def requests_json_gzip(s3: Any, url: str, start: str, stop: str) -> None:
    """requests, json and gzip over one buffer: the quick script."""
    session, records = requests.Session(), []
    next_url: str | None = _listing_url(url, start, stop)
    while next_url:
        page = session.get(next_url, timeout=60).json()
        records += page["executions"]
        next_url = page["meta"]["next_page_url"]
    text = "\n".join(json.dumps(record) for record in records)
    s3.put_object(Bucket="bucket", Key="requests", Body=gzip.compress(text.encode()))


def _listing_url(url: str, start: str, stop: str) -> str:
    query = f"DateCreatedFrom={start}&DateCreatedTo={stop}&PageSize=1000"
    return f"{url}/v2/Flows/{FLOW_SID}/Executions?{query}"


_RIVALS: dict[str, Callable[[Any, str, str, str], None]] = {
    "floor": floor,
    "home-made": home_made,
    "requests": requests_json_gzip,
}


def prepared(name: str, url: str, start: str, stop: str) -> Callable[[], None]:
    """Return the rival's work, with its S3 client made."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 1})
    return partial(
        _RIVALS[name], boto3.client("s3", endpoint_url=url, config=config), url, start, stop
    )
