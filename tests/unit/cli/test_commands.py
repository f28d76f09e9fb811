"""Every command is a folder, is listed in --help, and docs/command.md names only what exists."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

import studio_export_cli
from studio_export import detail_settings, settings
from studio_export_cli import commands
from studio_export_cli.app import app

_PACKAGE = Path(str(studio_export_cli.__file__)).parent
_PAGE = (Path(__file__).parents[3] / "docs" / "command.md").read_text()


def _help(*command: str) -> str:
    result = CliRunner().invoke(app, [*command, "--help"], terminal_width=100)
    assert result.exit_code == 0, result.output
    return result.output


def test_every_folder_with_a_command_is_a_command_and_no_other() -> None:
    folders = {path.parent.name for path in _PACKAGE.glob("*/command.py")}
    assert folders == {name.replace("-", "_") for name in commands.NAMES}


@pytest.mark.parametrize("name", commands.NAMES)
def test_a_command_prints_its_own_help(name: str) -> None:
    text: str = import_module(f"studio_export_cli.{name.replace('-', '_')}.help").HELP
    first, *_ = text.splitlines()
    assert first in _help(name)
    assert f"  {name} " in _help()


@pytest.mark.parametrize("name", commands.NAMES)
def test_the_page_has_only_options_that_the_command_has(name: str) -> None:
    found = re.findall(rf"studio-export {name} [^\n`]*", _PAGE)
    options = {option for each in found for option in re.findall(r"--[a-z-]+", each)}
    assert options <= set(re.findall(r"--[a-z-]+", _help(name)))


def test_the_help_names_each_variable_that_the_command_reads() -> None:
    sources = (Path(str(each.__file__)).read_text() for each in (settings, detail_settings))
    names = {name for text in sources for name in re.findall(r'"([A-Z]+(?:_[A-Z]+)*)"', text)}
    assert {"FLOW_SIDS", "DATASETS", "CONTEXT_VALUES"} <= names
    of_the_function = {"EXPORT_BUCKET", "EXPORT_PREFIX", "CHECKPOINT_TABLE"}
    assert [name for name in sorted(names - of_the_function) if name not in _help()] == []


@pytest.mark.parametrize("name", ["run", "replay"])
def test_the_datasets_are_an_option_that_names_them(name: str) -> None:
    text = " ".join(_help(name).split())
    assert "--datasets NAMES" in text
    assert all(dataset in text for dataset in detail_settings.DATASETS)


def test_the_page_has_a_row_for_each_command_and_no_other() -> None:
    introduction, *_ = _PAGE.partition("\n## ")
    assert re.findall(r"^\| `([a-z-]+)` \|", introduction, re.MULTILINE) == list(commands.NAMES)
