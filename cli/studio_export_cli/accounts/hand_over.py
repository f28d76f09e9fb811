"""`studio-export --account NAME COMMAND …`: a command for one account, several, or all."""

from collections.abc import Callable, Sequence
from typing import NoReturn

import typer

from studio_export.accounts import account_names, check_name
from studio_export.env_values import Environment
from studio_export.errors import ConfigurationError
from studio_export.settings import environment
from studio_export_cli.accounts import text
from studio_export_cli.accounts.arguments import check_for_many, of_account
from studio_export_cli.accounts.processes import AccountResult, Processes
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import InterruptedWorkError, interruptible, no_beat
from studio_export_cli.options import exit_on_error
from studio_export_cli.parallel import map_concurrently
from studio_export_cli.printing import print_errors, print_lines

_ALL = "*"
_AT_ONCE = 4  # each process uses most of a core while it has work


def hand_over(arguments: Sequence[str], accounts: Sequence[str]) -> NoReturn:
    """Run the command for each account in a process of its own, and exit.

    `arguments` are the command's name and what follows it.
    """
    with exit_on_error():
        env = environment()
        names = _names(accounts, env)
        of_account(arguments, names[0])  # refuses what no account can do
        processes = Processes(arguments, env)
        if len(names) == 1 and _ALL not in accounts:
            results = _stoppable(processes, lambda: [processes.run(names[0], capture=False)])
            print_errors(text.complaints(results[0]))
            raise typer.Exit(_of_shell(results[0].exit_code))
        check_for_many(arguments)
        results = _run_many(processes, names)
    print_lines(text.lines(results), text.as_json(results) if "--json" in arguments else None)
    for result in results:
        print_errors(f"{result.name}: {line}" for line in text.complaints(result))
    raise typer.Exit(text.exit_code(results))


def _names(accounts: Sequence[str], env: Environment) -> tuple[str, ...]:
    if _ALL in accounts:
        return account_names(env)
    names = tuple(dict.fromkeys(check_name("--account", name) for name in accounts))
    known = account_names(env) if env.get("ACCOUNTS") else names
    for name in names:
        if name not in known:
            raise ConfigurationError(f"--account {name} is not one of ACCOUNTS: {', '.join(known)}")
    return names


def _run_many(processes: Processes, names: Sequence[str]) -> list[AccountResult]:
    heartbeat = Heartbeat()

    def work() -> list[AccountResult]:
        results = map_concurrently(processes.run, names, _AT_ONCE, "Accounts", heartbeat)
        return list(results)

    return _stoppable(processes, work, heartbeat.beat)


def _stoppable(
    processes: Processes,
    work: Callable[[], list[AccountResult]],
    beat: Callable[[], None] = no_beat,
) -> list[AccountResult]:
    try:
        return interruptible(work, beat)
    except InterruptedWorkError:
        processes.stop()
        raise


def _of_shell(exit_code: int) -> int:
    """Return the exit code that a shell expects of a process that a signal ended."""
    return exit_code if exit_code >= 0 else 128 - exit_code
