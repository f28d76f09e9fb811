"""Twilio's credentials as a person, a file or a secret holds them. Pure."""

import re
from collections.abc import Mapping

from studio_export.errors import ConfigurationError
from studio_export.model import Credentials

# White space, and what pages and editors put around a copied text: U+200B, U+FEFF and their kind.
_AROUND = re.compile(r"^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$")
_VISIBLE = re.compile(r"[!-~]*")
_QUOTES = ("'", '"')
_PAIRS = {
    ("TWILIO_API_KEY", "TWILIO_API_SECRET"): "SK",
    ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"): "AC",
}


def strip_invisible(text: str) -> str:
    """Return the text without white space and invisible characters around it."""
    return _AROUND.sub("", text)


def fault_of(credential: str) -> str:
    """Return what is wrong with a stripped credential, in words that do not quote it, or ""."""
    if not _VISIBLE.fullmatch(credential):
        return "contains white space, or a character that is not ASCII"
    if credential[:1] in _QUOTES and credential[-1:] == credential[:1]:
        return "has quotes around it"
    return ""


def read_privacy_key(env: Mapping[str, str]) -> str | None:
    """Read the key of the privacy policy; None if it is not set.

    Raises:
        ConfigurationError: it is not text.
    """
    key = env.get("PRIVACY_KEY", "").strip()
    try:
        key.encode()
    except UnicodeEncodeError:  # not chained: it holds the key
        raise ConfigurationError("PRIVACY_KEY is not UTF-8. Set it again.") from None
    return key or None


def read_credentials(env: Mapping[str, str]) -> Credentials:
    """Read the pair of variables that is set.

    Raises:
        ConfigurationError: none is, or one is malformed; the message names the variable.
    """
    for (username, password), kind in _PAIRS.items():
        pair = [strip_invisible(env.get(name, "")) for name in (username, password)]
        if not any(pair):
            continue
        for name, text in zip((username, password), pair, strict=True):
            if not text:
                raise ConfigurationError(f"{name} is not set")
            if fault := fault_of(text):
                raise ConfigurationError(f"{name} {fault}. Copy it again.")
        if not re.fullmatch(kind + "[0-9a-fA-F]{32}", pair[0]):
            raise ConfigurationError(f"{username} must be {kind} and 32 hex digits")
        return Credentials(pair[0], pair[1], read_privacy_key(env))
    raise ConfigurationError(
        "no credentials are set. Set TWILIO_SECRET_ID, or TWILIO_API_KEY and TWILIO_API_SECRET, "
        "or TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
    )
