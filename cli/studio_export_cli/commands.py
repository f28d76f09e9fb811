"""The commands by name. Each is imported when it is asked for: all eight take 0.25 s of CPU."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer

# In the order of --help. To add a command, copy a folder and add its name: NAME/command.py has
# the function `command`, NAME/help.py its help.
NAMES = ("run", "status", "doctor", "verify", "replay", "compact", "find-contact", "report")


class Commands(Mapping[str, Any]):
    """What typer makes of each command, by name. Typer publishes no type for it."""

    def __getitem__(self, name: str) -> Any:
        if name not in NAMES:
            raise KeyError(name)
        folder = f"studio_export_cli.{name.replace('-', '_')}"
        only = typer.Typer(add_completion=False, rich_markup_mode=None)
        text = import_module(f"{folder}.help").HELP
        only.command(name, help=text)(import_module(f"{folder}.command").command)
        return typer.main.get_command(only)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)
