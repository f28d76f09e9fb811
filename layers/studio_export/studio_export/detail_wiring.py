"""The composition of the export of details; only an export that has some loads it."""

import random
from collections.abc import Callable

from studio_export.detail_settings import DetailSettings
from studio_export.details.contexts import Contexts
from studio_export.details.dependencies import Dependencies
from studio_export.details.detail_export import DetailExport
from studio_export.details.manners import Manners
from studio_export.details.revisions import Revisions
from studio_export.details.steps import Steps
from studio_export.ports import Clock, DatedStore, Source
from studio_export.privacy.policy_redaction import PolicyRedaction


def detail_export(  # noqa: PLR0913, PLR0917  the composition
    details: DetailSettings,
    redaction: PolicyRedaction,
    source: Source,
    store: DatedStore,
    clock: Clock,
    on_wait: Callable[[str, float], None],
) -> DetailExport:
    """Build the export of Steps, Contexts and Flow revisions."""
    datasets = (Steps(redaction.text), Contexts(redaction.context(details.kept)))
    return DetailExport(
        Dependencies(
            source,
            store,
            clock,
            {dataset.folder: dataset for dataset in datasets},
            Revisions(source, store),
            Manners(details.concurrency, random.random),
        ),
        details.folders,
        details.concurrency,
        details.flow_sids,
        details.since,
        details.period_seconds,
        on_wait,
    )
