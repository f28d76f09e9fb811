"""Split JSON that a strict parser refuses, token by token.

This is the slow path for what `page.py` cannot decode: NaN, a lone surrogate, a control character
in a string, nesting deeper than a parser's stack. Every token keeps its text, with two exceptions
that readers reject: a lone surrogate becomes U+FFFD, and a raw control character is escaped.
"""

import json
import re
from collections.abc import Iterator, Mapping

# Strings match in runs without a backslash: one step per character took 700 MB for 5 MB.
_TOKEN = re.compile(
    r'\s*(?:("[^"\\]*(?:\\.[^"\\]*)*")|([\[\]{},:])|([^\s"\[\]{},:]+)|(.))', re.DOTALL
)
_CLOSING = {"{": "}", "[": "]"}
_EMPTY = 2  # brackets with nothing between them
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a surrogate pair: kept
    r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"  # a lone surrogate
    r"|\\."
    r"|[\x00-\x1f]"
)
_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]..")


def members(text: str) -> dict[str, str]:
    """Return an object's members, key to compact text; the last equal key wins.

    Raises:
        ValueError: the text is not one whole object.
    """
    return {str(json.loads(key)): value for key, value in pairs(text)}


def pairs(text: str) -> list[tuple[str, str]]:
    """Return the key token and the compact value text of each member of an object.

    Raises:
        ValueError: the text is not one whole object.
    """
    found = []
    for key, colon, *value in _children(text, "{"):
        if colon != ":" or not value:
            raise ValueError("a member of an object is not a key and a value")
        found.append((key, "".join(value)))
    return found


def string(text: str | None) -> str | None:
    """Return the content of a JSON string; None for another value, or for none."""
    return str(json.loads(text)) if text and text.startswith('"') else None


def required(members: Mapping[str, str], name: str) -> str:
    """Return the content of a line's member that must be a string.

    Raises:
        ValueError: it is another value, or is not there.
    """
    content = string(members.get(name))
    if content is None:
        raise ValueError(f"a line has no {name}")
    return content


def compact(text: str) -> str:
    """Return the text without white space between its tokens."""
    return "".join(_tokens(text))


def elements(text: str) -> list[str]:
    """Return the compact text of each element of an array.

    Raises:
        ValueError: the text is not one whole array.
    """
    return ["".join(element) for element in _children(text, "[")]


def _children(text: str, opening: str) -> list[list[str]]:
    """Return the tokens of each child of the value that `text` is."""
    tokens = list(_tokens(text))
    if len(tokens) < _EMPTY or tokens[0] != opening or tokens[-1] != _CLOSING[opening]:
        raise ValueError(f"not one whole value that begins with {opening}")
    if len(tokens) == _EMPTY:
        return []
    children: list[list[str]] = [[]]
    open_brackets: list[str] = []
    for part in tokens[1:-1]:
        if part in _CLOSING:
            open_brackets.append(part)
        elif part in _CLOSING.values() and (
            not open_brackets or _CLOSING[open_brackets.pop()] != part
        ):
            raise ValueError("brackets do not match")
        if part == "," and not open_brackets:
            children.append([])
        else:
            children[-1].append(part)
    if open_brackets or not all(children):
        raise ValueError("the text ends too early, or nothing is between two commas")
    return children


def _tokens(text: str) -> Iterator[str]:
    after_value = False
    for match in _TOKEN.finditer(text.rstrip()):
        string, mark, literal, stray = match.groups()
        if stray:
            raise ValueError("a string does not end")
        if after_value and not mark:
            raise ValueError("nothing separates two values")  # joined, they could become one
        after_value = not mark
        yield _ESCAPE.sub(_repair, string) if string else mark or literal


def _repair(escape: re.Match[str]) -> str:
    text = escape[0]
    if text < " ":
        return f"\\u{ord(text):04x}"
    return "\\ufffd" if _LONE_SURROGATE.fullmatch(text) else text
