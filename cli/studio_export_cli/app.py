"""The commands of `studio-export`, and what they share: --help, --version, signals."""

import os
import sys
from typing import Annotated

import typer

from studio_export.ports import Clock
from studio_export.version import VERSION
from studio_export_cli import exit_codes, help_text, places, printing
from studio_export_cli.interrupt import InterruptedWorkError, signals_raise
from studio_export_cli.root_group import RootGroup, arguments_of_command

_HELP = {"--help", "-h"}

app = typer.Typer(
    cls=RootGroup,
    help=help_text.HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain text: it may be piped, and its errors are short
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def run_app(clock: Clock | None) -> None:
    """Run the command that the arguments name; end the process with its exit code."""
    printing.accept_any_text()
    try:
        with signals_raise():
            app(prog_name="studio-export", obj=clock)
    except OSError as error:  # only of its own output: exit_on_error has those of the work
        printing.print_error(places.translated(error, "stdout or stderr"))
        printing.discard_output()
        sys.exit(exit_codes.ACCESS)
    except InterruptedWorkError as interrupted:
        printing.print_error(f"stopped by {interrupted}. Nothing is lost. Run the command again.")
        # A request may still hang on another thread, and Python would wait for it.
        os._exit(interrupted.exit_code)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  typer calls it
    if wanted:
        printing.print_line(f"studio-export {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    *,
    account: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Run the command for this account of many; repeat the option for more, or give"
            " '*' for each of ACCOUNTS.",
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001  its callback prints it
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Accept the options that stand before a command."""
    arguments = arguments_of_command(context)
    if account and not _HELP.intersection(arguments):
        # It loads asyncio and more, for which a command without --account has no use.
        from studio_export_cli.accounts.hand_over import hand_over  # noqa: PLC0415

        hand_over(arguments, account)
