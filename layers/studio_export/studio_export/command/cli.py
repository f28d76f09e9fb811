"""The `studio-export` command. The Lambda never imports it: it needs the extra `cli`."""

import os
import sys
from typing import Annotated

import typer

from studio_export.command import manual
from studio_export.command.compact import compact
from studio_export.command.doctor import doctor
from studio_export.command.erase import erase
from studio_export.command.interrupt import InterruptedWorkError, signals_raise
from studio_export.command.make_report import make_report
from studio_export.command.replay import replay
from studio_export.command.run import run
from studio_export.command.show_status import show_status
from studio_export.command.verify import verify
from studio_export.ports import Clock
from studio_export.version import VERSION

app = typer.Typer(
    help=manual.ABOUT,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain text: it may be piped, and its errors are short
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("run", help=manual.RUN)(run)
app.command("replay", help=manual.REPLAY)(replay)
app.command("status", help=manual.STATUS)(show_status)
app.command("verify", help=manual.VERIFY)(verify)
app.command("doctor", help=manual.DOCTOR)(doctor)
app.command("erase", help=manual.ERASE)(erase)
app.command("compact", help=manual.COMPACT)(compact)
app.command("report", help=manual.REPORT)(make_report)


def main(clock: Clock | None = None) -> None:
    """The entry point of the installed command. Without a `clock` it is the machine's."""
    try:
        with signals_raise():
            app(prog_name="studio-export", obj=clock)
    except InterruptedWorkError as interrupted:
        typer.echo(f"studio-export: {interrupted}: nothing is lost, run it again", err=True)
        sys.stdout.flush()
        # A request may still hang on another thread, and Python would wait for it.
        os._exit(interrupted.exit_code)


def _version(wanted: bool) -> None:  # noqa: FBT001  typer calls it
    if wanted:
        typer.echo(f"studio-export {VERSION}")
        raise typer.Exit


@app.callback()
def _about(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Whatever the command: options before it."""
