"""`studio-export doctor`: check everything that an export needs."""

from typing import Annotated

import typer

from studio_export.settings import environment
from studio_export_cli import exit_codes, options
from studio_export_cli.doctor import check
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import AsJson, BaseUrl, Checkpoints, Flow, OptionalTo, Proxy
from studio_export_cli.printing import print_lines


def command(  # noqa: PLR0913  each is an option
    context: typer.Context,
    to: OptionalTo = None,
    *,
    checkpoints: Checkpoints = None,
    stack: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Check this stack, and its dataset instead of --to."),
    ] = None,
    flow: Flow = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Skip the check that writes an object.")
    ] = False,
    base_url: BaseUrl = None,
    proxy: Proxy = None,
    as_json: AsJson = False,
) -> None:
    from studio_export_cli.doctor.diagnosis import diagnose  # noqa: PLC0415  imports botocore

    chosen = options.variables(flow, None, base_url, proxy)
    env = {**environment(), **{name: value for name, value in chosen.items() if value}}
    with options.exit_on_error(chosen):
        checks = interruptible(
            lambda: diagnose(
                env,
                options.clock(context),
                to=to,
                checkpoints=checkpoints,
                stack=stack,
                dry_run=dry_run,
            )
        )
    print_lines(check.lines(checks), check.as_json(checks) if as_json else None)
    if check.any_failed(checks):
        raise typer.Exit(exit_codes.FAILED)
