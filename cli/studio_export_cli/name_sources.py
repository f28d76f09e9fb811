"""Find the friendly names of Flows: in the export or, for a command that asks Twilio, there.

A name is for the eye alone, so nothing here fails a command: what cannot be read has no name.
"""

import json
from collections.abc import Iterable, Mapping
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
    newest: dict[str, str] = {}
    raw: dict[str, object] = {}
    try:
        for key in sorted(store.list(keys.FLOW_REVISIONS)):
            if sid := _flow_of(key):
                newest[sid] = key
        for sid, key in newest.items():
            raw[sid] = _name_in(store.get(key))
    except (StudioExportError, OSError):
        pass  # what was read counts
    return FlowNames.of(raw)


def _flow_of(key: str) -> str | None:
    """Return the Flow of a revision's object; None for any other key."""
    sid, _, number = key.removeprefix(keys.FLOW_REVISIONS)[:40].partition("-")
    is_revision = is_flow_sid(sid) and number.isdecimal()
    return sid if is_revision and key == keys.revision_key(sid, int(number)) else None


def _name_in(body: bytes) -> object:
    try:
        revision: Any = json.loads(next(lines(body)))
        return revision.get("friendly_name")
    except (ValueError, RecursionError, StopIteration, AttributeError):
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
