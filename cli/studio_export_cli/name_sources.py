"""Find the friendly names of Flows: in the export or, for a command that asks Twilio, there.

A name is for the eye alone, so nothing here fails a command: what cannot be read has no name.
"""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import Any

from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.adapters.twilio_response import BodyError
from studio_export.env_values import Environment
from studio_export.errors import StudioExportError
from studio_export.log import keys
from studio_export.log.reader import lines
from studio_export.model import is_flow_sid
from studio_export.ports import Clock, Store
from studio_export.settings import read_studio
from studio_export.twilio.listing import flows_url
from studio_export.twilio.page import parse_flows
from studio_export_cli.flow_names import FlowNames

_TIMEOUT_SECONDS = 3.0
_CONCURRENT_READS = 8


def find_names(
    sids: Iterable[str], listed: Mapping[str, str], store: Store, env: Environment, clock: Clock
) -> FlowNames:
    """Return the names of these Flows; `listed` are those that the command read at Twilio.

    The others come from the export. If one is still missing, as where Flows are given by their
    Sids, Twilio is asked for its list of Flows, once.
    """
    wanted = sorted(sids)
    names = FlowNames.of(listed)
    if not names.has(wanted):
        names = stored_names(store) | names
    if not names.has(wanted):
        names = _listed_names(env, clock) | names
    return names.only(wanted)


def stored_names(store: Store) -> FlowNames:
    """Read the names in the newest exported revisions: this needs neither a key nor Twilio."""
    try:
        revisions = sorted(store.list(keys.FLOW_REVISIONS))
    except (StudioExportError, OSError):
        return FlowNames()
    newest = {sid: key for key in revisions if (sid := _flow_of(key))}
    with ThreadPoolExecutor(_CONCURRENT_READS, thread_name_prefix="names") as executor:
        names = executor.map(partial(_stored_name, store), newest.values())
        return FlowNames.of(dict(zip(newest, names, strict=True)))


def _flow_of(key: str) -> str | None:
    """Return the Flow of a revision's object; None for any other key."""
    sid, _, number = key.removeprefix(keys.FLOW_REVISIONS)[:40].partition("-")
    is_revision = is_flow_sid(sid) and number.isdecimal()
    return sid if is_revision and key == keys.revision_key(sid, int(number)) else None


def _stored_name(store: Store, key: str) -> object:
    try:
        revision: Any = json.loads(next(lines(store.get(key))))
        return revision.get("friendly_name")
    except (StudioExportError, OSError):
        return None
    except (ValueError, RecursionError, StopIteration, AttributeError):  # no line of ours
        return None


def _listed_names(env: Environment, clock: Clock) -> FlowNames:
    """Ask Twilio once for the first page of its Flows, if the variables hold credentials."""
    try:
        studio = read_studio(env)
        if not studio.credentials:
            return FlowNames()
        source = TwilioHttp(
            studio.base_url, StaticCredentials(studio.credentials), clock, 1, proxy=studio.proxy
        )
        url = flows_url(studio.base_url)
        answer = source.ask_once(url, clock.monotonic() + _TIMEOUT_SECONDS)
        if answer.status != HTTPStatus.OK:
            return FlowNames()
        return FlowNames.of(parse_flows(answer.content()).names)
    except (StudioExportError, BodyError):
        return FlowNames()
