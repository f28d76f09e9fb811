"""The group of all commands."""

from typing import Any

import typer
from typer.core import TyperGroup

from studio_export_cli.commands import Commands

_ARGUMENTS = "studio_export.arguments"


class RootGroup(TyperGroup):
    """Imports a command on its first use, and keeps the arguments for the processes of accounts."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": Commands()})

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = list(args)
        rest = super().parse_args(ctx, args)
        ctx.meta[_ARGUMENTS] = given[-len(rest) - 1 :]
        return rest


def arguments_of_command(context: typer.Context) -> list[str]:
    """Return the command's name and what follows it."""
    arguments: list[str] = context.meta[_ARGUMENTS]
    return arguments
