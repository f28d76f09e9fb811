"""What a command did for each account, as lines and as JSON. Pure."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from studio_export_cli import exit_codes
from studio_export_cli.accounts.processes import AccountResult
from studio_export_cli.output import quantity

_PREFIX = "studio-export: "
_PROGRESS = "still working"


def exit_code(results: Sequence[AccountResult]) -> int:
    """Return 0 if each account ended so; 75 if some have work left; else 1."""
    codes = {result.exit_code for result in results} - {exit_codes.OK}
    if codes - {exit_codes.TRY_AGAIN}:
        return exit_codes.FAILED
    return exit_codes.TRY_AGAIN if codes else exit_codes.OK


def lines(results: Sequence[AccountResult]) -> Iterator[str]:
    """What each account printed, and one table at the end."""
    for result in results:
        if result.stdout:
            yield f"account {result.name}"
            yield from result.stdout.splitlines()
            yield ""
    width = max(len("ACCOUNT"), *(len(result.name) for result in results))
    yield f"{'ACCOUNT':<{width}}  EXIT  RESULT"
    for result in results:
        yield f"{result.name:<{width}}  {result.exit_code:>4}  {_last_line(result)}"
    failed = sum(
        result.exit_code not in {exit_codes.OK, exit_codes.TRY_AGAIN} for result in results
    )
    yield f"{quantity(len(results), 'account')}, {failed} failed"


def as_json(results: Sequence[AccountResult]) -> dict[str, Any]:
    return {
        "accounts": {
            result.name: {
                "exit_code": result.exit_code,
                "output": [*map(_parsed, result.stdout.splitlines())],
                "errors": complaints(result),
            }
            for result in results
        }
    }


def complaints(result: AccountResult) -> list[str]:
    """Return what the account's process wrote on stderr, without its progress."""
    found = (line.removeprefix(_PREFIX) for line in result.stderr.splitlines())
    return [line for line in found if line and not line.startswith(_PROGRESS)]


def _last_line(result: AccountResult) -> str:
    errors = complaints(result)
    if result.exit_code != exit_codes.OK and errors:
        return errors[-1]
    printed = [line for line in result.stdout.splitlines() if line.strip()]
    return printed[-1] if printed else "-"


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return line
