"""What forms, recipes and images tell a person to type is what the command takes."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.core import TyperGroup

from studio_export_cli.app import app

ROOT = Path(__file__).resolve().parents[2]
FORMS = [*sorted((ROOT / ".github").rglob("*.yml")), ROOT / ".github" / "pull_request_template.md"]
PAGES = [
    ROOT / name
    for name in ("RELEASE.md", "SUPPORT.md", "docs/install.md", "docs/recipes.md", "docs/scale.md")
]
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"studio-export ((?:-{0,2}[a-z][\w-]*)(?: [^\s`;|>)]+)*)")
# The extras of an installation: '.[cli]', 'SOURCE[cli,parquet]', 'studio-export[cli]==1.2.3'.
EXTRAS = re.compile(r"(?:'\.|SOURCE|studio-export)\[([a-z,]+)\]")
# What follows the name in code and is no call: an image, a volume, a package.
NO_CALL = re.compile(r"(--tag|--name|tool|pipx|uninstall) studio-export\b.*|studio-export:\S+.*")


def calls(text: str) -> Iterator[list[str]]:
    """The arguments of each call in the code of a page."""
    for code in CODE.findall(text):
        for line in code.replace("\\\n", " ").splitlines():
            for arguments in CALL.findall(NO_CALL.sub("", line)):
                yield arguments.split()


def group() -> TyperGroup:
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    return command


def options(command: Any) -> set[str]:
    """The options of a command; typer publishes no type for it."""
    return {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {
        "--help"
    }


def unknown(arguments: list[str]) -> list[str]:
    """What of the arguments the command does not take."""
    if arguments[0] == "--account":  # it stands before a command
        arguments = arguments[2:]
    known, rest = options(group()), arguments
    if not arguments[0].startswith("-"):
        command = group().commands.get(arguments[0])
        if command is None:
            return [arguments[0]]
        known, rest = options(command), arguments[1:]
    return [each for each in rest if each.startswith("--") and each not in known]


@pytest.mark.parametrize("page", [*FORMS, *PAGES], ids=lambda path: path.name)
def test_every_call_names_a_command_and_its_options(page: Path) -> None:
    for arguments in calls(page.read_text()):
        assert not unknown(arguments), " ".join(arguments)


def test_the_form_for_a_fault_asks_for_the_doctors_report() -> None:
    form = (ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml").read_text()

    assert ["doctor", "--to", "PLACE", "--json"] in [*calls(form)]


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda path: path.name)
def test_every_extra_that_is_named_exists(page: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {name for each in EXTRAS.findall(page.read_text()) for name in each.split(",")}

    assert named <= project["optional-dependencies"].keys()


@pytest.mark.parametrize("arguments", ["export --to x", "run --png x", "doctor --jsonl"])
def test_a_call_that_is_none_would_be_seen(arguments: str) -> None:
    (found,) = calls(f"Type `studio-export {arguments}`.")

    assert unknown(found)


def test_the_images_commands_are_real() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    (default,) = re.findall(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE)
    (health,) = re.findall(r"studio-export (status [^>]*?) >", dockerfile)
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())

    assert not unknown(yaml.safe_load(default))
    assert not unknown(health.split())
    assert not unknown(compose["services"]["exporter"]["command"])
