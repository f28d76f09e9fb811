"""The composition root: build an exporter from settings, a store and checkpoints."""

from collections.abc import Callable
from functools import cache

from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.detail_settings import DetailSettings
from studio_export.errors import ConfigurationError
from studio_export.export.exporter import Exporter, no_preparation
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.ports import Checkpoints, Clock, CredentialSource, DatedStore
from studio_export.privacy.policy import MIN_KEY_CHARACTERS
from studio_export.privacy.policy_redaction import PolicyRedaction
from studio_export.settings import StudioSettings

OnWait = Callable[[str, float], None]


def exporter(  # noqa: PLR0913  the composition root
    studio: StudioSettings,
    credentials: CredentialSource,
    store: DatedStore,
    checkpoints: Checkpoints,
    clock: Clock,
    *,
    details: DetailSettings | None = None,
    on_wait: OnWait = lambda _reason, _seconds: None,
) -> Exporter:
    """Build an exporter that reads Twilio's API over HTTP and writes to any store.

    `details` says what is exported beside Executions; None for nothing. `on_wait` is called before
    every wait between two requests, with its reason and its seconds, on the thread that waits.
    """
    redaction, prepare = _redaction(studio, credentials)
    source = TwilioHttp(
        studio.base_url,
        credentials,
        clock,
        studio.concurrency,
        proxy=studio.proxy,
        on_wait=on_wait,
    )
    detail_export = None
    if details:
        # Without details a cold start does not load them: 4 % of the CPU of its imports.
        from studio_export import detail_wiring  # noqa: PLC0415

        detail_export = detail_wiring.detail_export(
            details, redaction, source, store, clock, on_wait
        )
    return Exporter(
        sweeper=Sweeper(source, store, clock, LogCache(), redact=redaction.page),
        checkpoints=checkpoints,
        flow_sids=studio.flow_sids,
        scale=studio.scale,
        lookback_seconds=studio.lookback_seconds,
        concurrency=studio.concurrency,
        freshness=studio.freshness,
        prepare=prepare,
        details=detail_export,
    )


def _redaction(
    studio: StudioSettings, credentials: CredentialSource
) -> tuple[PolicyRedaction, Callable[[], object]]:
    """Return the redaction, and a function that fetches its key before a run.

    Raises (when called):
        ConfigurationError: the policy needs a key, and none is set.
    """
    if not studio.privacy.needs_key:
        return PolicyRedaction(studio.privacy), no_preparation

    @cache
    def privacy_key() -> str:
        key = credentials.get().privacy_key or ""
        if len(key) < MIN_KEY_CHARACTERS:
            where = "privacy_key of the secret" if studio.secret_id else "PRIVACY_KEY"
            raise ConfigurationError(
                f"PRIVACY uses hmac, but {where} has {len(key)} characters."
                f" Set a key of at least {MIN_KEY_CHARACTERS}."
            )
        return key

    return PolicyRedaction(studio.privacy, privacy_key), privacy_key
