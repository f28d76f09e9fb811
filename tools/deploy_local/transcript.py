"""A page that shows commands as a terminal does, each really run."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import fill

_WIDTH = 100


class StepError(RuntimeError):
    """A command failed, or a step did not do what the page says; the message is the evidence."""


def _everything(printed: str) -> str:
    return printed


def last_line(printed: str) -> str:
    return printed.strip().splitlines()[-1]


def first_lines(count: int) -> Callable[[str], str]:
    return lambda printed: "\n".join(printed.splitlines()[:count])


class Transcript:
    """The page so far. Commands run in `directory`, with `environment`."""

    def __init__(self, introduction: str, directory: Path, environment: Mapping[str, str]) -> None:
        self._parts = [introduction]
        self._directory = directory
        self._environment = environment

    def section(self, title: str, text: str = "") -> None:
        self._parts.append(f"\n## {title}\n")
        if text:
            self.note(text)

    def note(self, text: str) -> None:
        self._parts.append(f"\n{text}\n")

    def block(self, text: str, language: str = "") -> None:
        self._parts.append(f"\n```{language}\n{text}\n```\n")

    def run(self, command: str, show: Callable[[str], str] = _everything) -> str:
        """Run a command of the shell, and put it on the page with what `show` leaves of its output.

        Raises:
            StepError: its exit code is not 0.
        """
        print(f"$ {command}", flush=True)
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],  # noqa: S607
            cwd=self._directory,
            env=dict(self._environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StepError(f"`{command}` failed: exit code {done.returncode}.\n{done.stdout}")
        shown = show(done.stdout).rstrip()
        self.block("\n".join([f"$ {wrapped(command)}", *([shown] if shown else [])]), "console")
        return done.stdout

    @property
    def page(self) -> str:
        return "".join(self._parts).replace(f"{self._directory}/", "").rstrip() + "\n"


def wrapped(command: str) -> str:
    """The command on lines that a page has room for, as a shell takes them."""
    options = {"break_long_words": False, "break_on_hyphens": False, "subsequent_indent": "    "}
    return fill(command, _WIDTH - 2, **options).replace("\n", " \\\n")  # type: ignore[arg-type]
