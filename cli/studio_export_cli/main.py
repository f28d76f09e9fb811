"""The `studio-export` command. The Lambda never imports it: it needs the extra `cli`."""

import os
import sys
from typing import Annotated

import typer

from studio_export.ports import Clock
from studio_export.version import VERSION
from studio_export_cli import help_text
from studio_export_cli.compact.command import compact
from studio_export_cli.doctor.command import doctor
from studio_export_cli.find_contact.command import erase
from studio_export_cli.interrupt import InterruptedWorkError, signals_raise
from studio_export_cli.replay.command import replay
from studio_export_cli.report.command import make_report
from studio_export_cli.run.command import run
from studio_export_cli.status.command import show_status
from studio_export_cli.verify.command import verify

app = typer.Typer(
    help=help_text.ABOUT,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain text: it may be piped, and its errors are short
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("run", help=help_text.RUN)(run)
app.command("replay", help=help_text.REPLAY)(replay)
app.command("status", help=help_text.STATUS)(show_status)
app.command("verify", help=help_text.VERIFY)(verify)
app.command("doctor", help=help_text.DOCTOR)(doctor)
app.command("erase", help=help_text.ERASE)(erase)
app.command("compact", help=help_text.COMPACT)(compact)
app.command("report", help=help_text.REPORT)(make_report)


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
