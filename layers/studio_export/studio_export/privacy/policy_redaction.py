"""The redactions of one policy: of a page, of a Step, of a Context. Pure, but for the key."""

from collections.abc import Callable
from functools import cache

from studio_export.privacy.context_values import KeptValues, keep_values
from studio_export.privacy.policy import Policy
from studio_export.privacy.redaction import redactor, text_redactor, value_redactor
from studio_export.twilio.page import Page

RedactText = Callable[[bytes], bytes]


def _no_key() -> str:
    return ""


class PolicyRedaction:
    """What a policy does to each kind of text.

    Attributes:
        page: redacts the records of a page of Executions.

    `key` returns the key of `hmac`, and is called when that is first needed.
    """

    def __init__(self, policy: Policy, key: Callable[[], str] = _no_key) -> None:
        self._policy = policy
        self._key = key
        self._page = cache(lambda: redactor(policy, key()))
        self._text = cache(lambda: text_redactor(policy, key()))
        self.page = self._redact_page if policy.needs_key else redactor(policy)

    def text(self, text: bytes) -> bytes:
        """Redact one JSON object, such as a Step."""
        return self._text()(text)

    def context(self, kept: KeptValues) -> RedactText:
        """Return the redaction of a Context: first its values, then its own fields."""
        keep = cache(lambda: keep_values(kept, self._address()))
        return lambda text: self.text(keep()(text))

    def _redact_page(self, page: Page) -> Page:
        return self._page()(page)

    def _address(self) -> Callable[[str], str | None] | None:
        return value_redactor(self._policy, "contact_channel_address", self._key())
