"""`studio-export find-contact`: find the lines of a contact. It deletes nothing."""

import sys
from functools import partial
from typing import Annotated

import typer

from studio_export.adapters.credential_text import read_privacy_key
from studio_export.env_values import Environment
from studio_export.errors import ConfigurationError
from studio_export.privacy.redaction import pseudonym
from studio_export.settings import environment, read_studio
from studio_export_cli import exit_codes, options
from studio_export_cli.destination import Destination, nothing_exported, open_destination
from studio_export_cli.find_contact import children, search, text
from studio_export_cli.find_contact.contact import Contact
from studio_export_cli.find_contact.search import Findings
from studio_export_cli.find_contact.spelling import normalize, spellings
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import AsJson, To
from studio_export_cli.parallel import map_concurrently
from studio_export_cli.printing import print_errors, print_lines
from studio_export_cli.session import credentials

_CONCURRENCY = 8
_MIN_CHARACTERS = 5


def command(
    to: To,
    contact: Annotated[
        list[str],
        typer.Option(
            metavar="VALUE",
            help="A number, address or Sid; repeat the option for more. - reads stdin.",
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    with options.exit_on_error():
        env = environment()
        wanted = Contact(_names(_spellings(_values(contact)), _key(env)))
        destination = open_destination(to, None, env, concurrency=_CONCURRENCY)
        heartbeat = Heartbeat()
        findings = interruptible(partial(_search, destination, wanted, heartbeat), heartbeat.beat)
    print_lines(text.lines(findings), text.as_json(findings) if as_json else None)
    print_errors(text.errors(findings))
    if findings.objects or findings.unreadable:
        raise typer.Exit(exit_codes.FAILED)


def _search(destination: Destination, contact: Contact, heartbeat: Heartbeat) -> Findings:
    store = destination.store
    keys = search.keys(store)
    if not keys:
        raise nothing_exported(destination.name)
    searched = list(
        map_concurrently(
            lambda key: search.search(store, key, contact),
            search.readable(keys),
            _CONCURRENCY,
            "Search objects",
            heartbeat,
        )
    )
    of_executions = map_concurrently(
        lambda wanted: children.search_children(store, wanted),
        children.children(store, searched),
        _CONCURRENCY,
        "Search Steps and Contexts",
        heartbeat,
    )
    return search.collect(keys, children.merge(searched, of_executions))


def _values(given: list[str]) -> list[str]:
    """Read the values; from stdin, they are in no shell's history and no list of processes."""
    values = [each for each in given if each != "-"]
    if "-" in given:
        values += [line.strip() for line in _stdin() if line.strip()]
    if not values or any(len(each) < _MIN_CHARACTERS for each in map(normalize, values)):
        # The message does not quote the value, as it may be logged.
        raise ConfigurationError(
            f"--contact is too short. Give a value of at least {_MIN_CHARACTERS} characters."
        )
    return values


def _stdin() -> list[str]:
    try:
        return list(sys.stdin or ())  # None if the process was started with it closed
    except UnicodeDecodeError as error:
        raise ConfigurationError("stdin is not UTF-8. Give the values as UTF-8.") from error


def _spellings(values: list[str]) -> list[str]:
    try:
        return [spelling for each in values for spelling in spellings(each)]
    except ValueError as error:
        raise ConfigurationError(f"--contact {error}. Type the value anew.") from error


def _names(values: list[str], key: str | None) -> tuple[str, ...]:
    hashed = [pseudonym(each, key.encode()) for each in values] if key else []
    return (*values, *hashed)


def _key(env: Environment) -> str | None:
    """Return the key of the privacy policy's `hmac`; None if it is not set."""
    if key := read_privacy_key(env):
        return key
    try:
        studio = read_studio(env)
    except ConfigurationError:
        return None  # without credentials there is no key, but the lines can still be searched
    return credentials(studio).get().privacy_key if studio.privacy.needs_key else None
