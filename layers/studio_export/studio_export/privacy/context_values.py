"""Leave of a Context its keys, and only the values that the settings name. Pure.

Widgets name themselves, and a Context holds the words and digits of callers, so a list of what to
hide could never be complete. By default each value becomes the name of its JSON type.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studio_export.errors import InvalidPageError

_ANY = "*"
_WIDGETS = "widgets"
_CHANNEL_ADDRESS = ("contact", "channel", "address")
_OWN_FIELDS = {"account_sid", "flow_sid", "execution_sid", "url", "context"}
_PATH_OF_A_WIDGET = 3  # widgets.NAME.VALUE

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptValues:
    """The values that are kept.

    Attributes:
        all: keep every value.
        paths: the paths to the values that are kept, below `context`.
    """

    all: bool = False
    paths: frozenset[Path] = frozenset()

    def holds(self, path: Path) -> bool:
        of_any = (path[0], _ANY, *path[2:]) if path[:1] == (_WIDGETS,) and len(path) > 1 else path
        return self.all or path in self.paths or of_any in self.paths


NO_VALUES = KeptValues()


def parse_kept_values(text: str) -> KeptValues:
    """Parse a list such as `widgets.menu.Digits,flow.variables.reason`; `*` keeps all.

    Raises:
        ValueError: a path is malformed.
    """
    if text.strip() == _ANY:
        return KeptValues(all=True)
    words = [word.strip() for word in text.split(",")] if text.strip() else []
    return KeptValues(paths=frozenset(map(_parse_path, words)))


def _parse_path(word: str) -> Path:
    path = tuple(word.split("."))
    if not all(path):
        raise ValueError(f"{word!r} is not names separated by dots")
    names = path[:1] + path[2:] if path[0] == _WIDGETS else path
    if any(_ANY in name for name in names) or (_ANY in path[1:2] and len(path) < _PATH_OF_A_WIDGET):
        raise ValueError(f"{word!r}: * may only stand for the name of a widget: widgets.*.Digits")
    return path


def keep_values(
    kept: KeptValues, address: Callable[[str], str | None] | None = None
) -> Callable[[bytes], bytes]:
    """Return a function from the text of a Context to the text that is kept.

    `address` maps the JSON text of `contact.channel.address`, if it is kept, to its replacement;
    None drops it.

    Raises (when called):
        InvalidPageError: the text is not a JSON object.
    """

    def keep(text: bytes) -> bytes:
        if kept.all and address is None:
            return text
        try:
            found = json.loads(text)
            found["context"] = _kept(found["context"], (), kept, address)
            beside = kept if kept.all else NO_VALUES  # a path is one below `context`
            for name in found.keys() - _OWN_FIELDS:
                found[name] = _kept(found[name], (), beside, None)
            # Twilio's own escapes of lone surrogates would be refused by readers.
            return json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode(
                errors="replace"
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InvalidPageError("the Context is unreadable") from error

    return keep


def _kept(
    value: Any, path: Path, kept: KeptValues, address: Callable[[str], str | None] | None
) -> Any:
    if isinstance(value, dict):
        members = {name: _kept(each, (*path, name), kept, address) for name, each in value.items()}
        return {name: each for name, each in members.items() if each is not _DROPPED}
    if isinstance(value, list):
        elements = [_kept(each, path, kept, address) for each in value]
        return [each for each in elements if each is not _DROPPED]
    if not kept.holds(path):
        return _type_of(value)
    if path == _CHANNEL_ADDRESS and address:
        replacement = address(json.dumps(value))
        return _DROPPED if replacement is None else json.loads(replacement)
    return value


_DROPPED = object()


def _type_of(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"
