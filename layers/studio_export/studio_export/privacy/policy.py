"""Parse the privacy policy: an action for each field with personal data. Pure."""

from dataclasses import dataclass
from enum import StrEnum

FIELDS = ("contact_channel_address", "contact_sid", "initiated_by", "context")

# A shorter key can be found by trying keys and phone numbers together.
MIN_KEY_CHARACTERS = 32


class Action(StrEnum):
    KEEP = "keep"
    DROP = "drop"
    MASK = "mask"
    HMAC = "hmac"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Policy:
    """The fields that are not kept unchanged, each with its action."""

    actions: frozenset[tuple[str, Action]] = frozenset()

    @property
    def needs_key(self) -> bool:
        return any(action is Action.HMAC for _, action in self.actions)


KEEP_ALL = Policy()


def parse_policy(text: str) -> Policy:
    """Parse a policy such as `contact_channel_address=hmac,context=drop`.

    Raises:
        ValueError: a field or an action is unknown, or a field is named twice.
    """
    actions: dict[str, Action] = {}
    for part in text.split(",") if text.strip() else []:
        field, _, word = (each.strip() for each in part.partition("="))
        if field not in FIELDS:
            raise ValueError(f"{field!r} is not one of {', '.join(FIELDS)}")
        if field in actions:
            raise ValueError(f"{field} is named twice")
        known = [each for each in Action if field == "context" or each is not Action.STRING]
        if word not in known:  # the word is not quoted: it may be a key, set by mistake
            raise ValueError(f"{field} must be one of {', '.join(known)}")
        actions[field] = Action(word)
    return Policy(frozenset(each for each in actions.items() if each[1] is not Action.KEEP))
