"""The dashboard's body, read as CloudWatch reads it: its metrics written out, its queries' fields.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.devkit.operations.metrics import Metric
from tools.devkit.template.rendered import Json, Rendered

_COMMANDS = {"fields", "filter", "stats", "sort", "limit"}
_WORDS = _COMMANDS | {"as", "by", "asc", "desc", "and", "or", "not", "in", "like"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a widget's metrics: `metric`, or the `expression` of other rows by their ids."""

    metric: Metric | None
    expression: str
    options: Mapping[str, Any]


def widgets(stack: Rendered) -> list[Json]:
    body = json.loads(stack.one("AWS::CloudWatch::Dashboard")["DashboardBody"])
    found: list[Json] = body["widgets"]
    return found


def rows(widget: Mapping[str, Any]) -> Iterator[Row]:
    """The metrics of a widget; a dot stands for what the row before has there."""
    before: list[str] = []
    for written in widget["properties"].get("metrics", []):
        texts = [each for each in written if isinstance(each, str)]
        options = written[-1] if isinstance(written[-1], dict) else {}
        if not texts:
            yield Row(None, options["expression"], options)
            continue
        texts = [before[n] if text == "." else text for n, text in enumerate(texts)]
        before = texts
        dimensions = frozenset(zip(texts[2::2], texts[3::2], strict=True))
        yield Row(Metric(texts[0], texts[1], dimensions), "", options)


def fields_of(query: str) -> set[str]:
    """The fields of log lines that a Logs Insights query names; those of CloudWatch's own not."""
    bare = re.sub(r"^SOURCE|\"[^\"]*\"|'[^']*'", " ", query)
    aliases = set(re.findall(r"\bas (\w+)", bare))
    functions = set(re.findall(r"\b(\w+)\(", bare))
    names = set(re.findall(r"(?<![@\w])[A-Za-z_]\w*", bare))
    return names - aliases - functions - _WORDS
