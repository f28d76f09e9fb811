"""The entry point of the installed command `studio-export`."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio_export.ports import Clock

_EXTRA = {"typer", "rich"}
_CONFIGURATION = 2


def main(clock: "Clock | None" = None) -> None:
    """Run the command that the arguments name, at the time of `clock` or of the system.

    `pip install studio-export` installs the library alone. So the packages of the extra `cli` are
    imported here, where a missing one becomes a message.
    """
    try:
        from studio_export_cli import app  # noqa: PLC0415  see above
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        print(  # noqa: T201  typer is what is missing
            f"studio-export: cannot start: the package {error.name} is not installed."
            " Run: pip install 'studio-export[cli]'",
            file=sys.stderr,
        )
        raise SystemExit(_CONFIGURATION) from None
    app.run_app(clock)


if __name__ == "__main__":
    main()
