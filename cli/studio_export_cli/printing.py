"""Print results on stdout, and messages and progress on stderr."""

import errno
import io
import json
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

import typer

from studio_export_cli import exit_codes


def accept_any_text() -> None:
    """Print a character that the terminal's encoding lacks as an escape, as stderr does."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def print_lines(lines: Iterable[str], as_json: Mapping[str, Any] | None = None) -> None:
    """Print the lines, or `as_json` on one line if it is given."""
    for line in lines if as_json is None else [json.dumps(as_json)]:
        print_line(line)


def print_line(line: str) -> None:
    """Print a line on stdout.

    Raises:
        typer.Exit: it cannot be written, and stderr says why.
    """
    try:
        typer.echo(line, file=_stdout())
    except OSError as error:
        discard_output()
        print_error(f"cannot write to stdout: {error.strerror}. What the command did is kept.")
        raise typer.Exit(exit_codes.ACCESS) from error


def _stdout() -> TextIO:
    if sys.stdout is None:  # the process was started with stdout closed
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return sys.stdout


def discard_output() -> None:
    """Discard all further output: otherwise Python fails again when it flushes stdout at exit."""
    sys.stdout = io.StringIO()


def print_error(error: object) -> None:
    """Print one line on stderr."""
    write_stderr(f"studio-export: {' '.join(str(error).split())}")


def print_errors(errors: Iterable[object]) -> None:
    for error in errors:
        print_error(error)


def write_stderr(line: str) -> None:
    """Write a line on stderr. It is lost if stderr is closed or full: the work goes on."""
    if sys.stderr is None:  # print() would write to stdout
        return
    try:
        print(line, file=sys.stderr, flush=True)  # noqa: T201  stderr of a command
    except OSError:
        sys.stderr = io.StringIO()  # or Python fails once more when it flushes stderr at its end
