"""What AWS asks for the calls that were counted: list prices, with their date and source."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def prices() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(Path(__file__).with_name("prices.json").read_text("utf-8"))
    return read


def storage_dollars(puts_and_lists: int, gets: int, writes: int = 0) -> float:
    """Return the cost of the calls of S3, and of the write units of DynamoDB."""
    cost = prices()["dollars"]
    return float(
        puts_and_lists * cost["s3_put_or_list"]
        + gets * cost["s3_get"]
        + writes * cost["dynamodb_write"]
    )
