"""How a contact may be spelled: as a person copies it, and as Twilio writes it. Pure.

A number that is copied from a page, a mail or a telephone often has characters that nobody sees,
or dashes and digits that look like others. A search for it as it is would find nothing.
"""

import re
import unicodedata

_NUMBER = re.compile(r"(?P<channel>[a-z]+:)?\s*(?P<digits>\+?[\d\s().\-/]*\d[\d\s().\-/]*)")
_PUNCTUATION = re.compile(r"[\s().\-/]")
_MINUS = "\u2212"
_MIN_DIGITS = 5


def normalize(value: str) -> str:
    """Return the value as Twilio would write it.

    Invisible characters are dropped; full-width characters, dashes and spaces become their ASCII
    kin; a telephone number loses its spaces, hyphens, dots and parentheses.
    """
    visible = "".join(map(_ascii_kin, unicodedata.normalize("NFKC", value)))
    text = " ".join(visible.split())
    number = _NUMBER.fullmatch(text)
    if number and sum(map(str.isdigit, text)) >= _MIN_DIGITS:
        return (number["channel"] or "") + _PUNCTUATION.sub("", number["digits"])
    return text


def spellings(value: str) -> list[str]:
    """Return the texts to search for: normalized, and as given if that is another one.

    A number of digits alone is also searched with its plus sign, for its hash.

    Raises:
        ValueError: the value is not text; the message does not quote it, as it may be logged.
    """
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("is not UTF-8") from error
    normalized = normalize(value)
    with_plus = [f"+{normalized}"] if normalized.isdigit() else []
    return list(dict.fromkeys([normalized, value.strip(), *with_plus]))


def _ascii_kin(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    category = unicodedata.category(character)
    if category in {"Cf", "Cc"} and not character.isspace():
        return ""
    if category == "Pd" or character == _MINUS:
        return "-"
    return " " if character.isspace() else character
