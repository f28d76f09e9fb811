"""`studio-export erase`: where the lines of a contact lie. It deletes nothing."""

import sys
from functools import partial
from typing import Annotated

import typer

from studio_export.errors import ConfigurationError
from studio_export.privacy.redaction import pseudonym
from studio_export.settings import Environment, environment, read_studio
from studio_export_cli import options, output
from studio_export_cli.destination import Destination, open_destination
from studio_export_cli.find_contact import search
from studio_export_cli.find_contact.contact import Contact
from studio_export_cli.find_contact.search import Plan
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import AsJson, To
from studio_export_cli.parallel import side_by_side
from studio_export_cli.session import credentials

_AT_ONCE = 8
_MIN_CHARACTERS = 5


def erase(
    to: To,
    contact: Annotated[
        list[str],
        typer.Option(
            metavar="VALUE",
            help="A number, an address or a Sid; repeat it for more. - reads them from stdin.",
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    with options.told():
        env = environment()
        wanted = Contact(_names(_values(contact), _key(env)))
        destination = open_destination(to, None, env, concurrency=_AT_ONCE)
        plan = interruptible(partial(_plan, destination, wanted))
    options.show(search.lines(plan), search.as_json(plan) if as_json else None)
    for each in plan.unreadable:
        options.complain(f"{each.key} is unreadable: {each.fault}")
    if plan.found or plan.unreadable:
        raise typer.Exit(output.FAILED)


def _plan(destination: Destination, contact: Contact) -> Plan:
    store = destination.store
    found = search.keys(store)
    if not found:
        raise ConfigurationError(f"nothing is exported to {destination.name}")
    searched = side_by_side(
        lambda key: search.search(store, key, contact),
        search.readable(found),
        _AT_ONCE,
        "objects searched",
    )
    return search.plan(found, searched)


def _values(given: list[str]) -> list[str]:
    """What to look for. From stdin it comes into no shell's history and no list of processes."""
    values = [each for each in given if each != "-"]
    if "-" in given:
        values += [line.strip() for line in sys.stdin if line.strip()]
    if not values or any(len(each) < _MIN_CHARACTERS for each in values):
        # Not quoted: what is said may be logged.
        raise ConfigurationError(f"--contact must have {_MIN_CHARACTERS} characters at least")
    return values


def _names(values: list[str], key: str | None) -> tuple[str, ...]:
    hashed = [pseudonym(each, key.encode()) for each in values] if key else []
    return (*values, *hashed)


def _key(env: Environment) -> str | None:
    """The key of the privacy policy's `hmac`, if this shell has it."""
    if env.get("PRIVACY_KEY"):
        return env["PRIVACY_KEY"].strip()
    try:
        studio = read_studio(env)
    except ConfigurationError:
        return None  # without credentials there is no key, and lines can be searched all the same
    return credentials(studio).get().privacy_key if studio.privacy.needs_key else None
