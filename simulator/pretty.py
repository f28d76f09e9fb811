"""Pretty-print JSON text without changing a token."""

import re
from itertools import count

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)


def pretty(text: str) -> str:
    """Indent by two spaces a level; end lines with CR LF and LF in turn."""
    level, lines, parts = 0, count(), []
    for token in _TOKEN.findall(text):
        if token in "]}":
            level -= 1
            parts.append(_line(level, next(lines)))
        parts.append(token)
        if token in "[{":
            level += 1
        if token in "[{,":
            parts.append(_line(level, next(lines)))
        if token == ":":
            parts.append("\t ")
    return "".join(parts) + "\n"


def _line(level: int, number: int) -> str:
    return ("\r\n" if number % 2 else "\n") + "  " * min(level, 20)
