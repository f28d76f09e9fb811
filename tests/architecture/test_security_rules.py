"""ruff's security rules (bandit's) hold for all that runs in production, without an exception."""

import re
import tomllib

import pytest

from tests.architecture.imports import CLI, LAYER, ROOT

RUFF = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
NOT_SHIPPED = ("simulator/", "tests/", "tools/")
# `S` and its numbers, but not SIM, SLF or SLOT.
SECURITY = re.compile(r"S[0-9]*")


def test_every_rule_is_on_and_no_security_rule_is_ignored() -> None:
    assert RUFF["select"] == ["ALL"]
    assert not [rule for rule in RUFF["ignore"] if SECURITY.fullmatch(rule)]


@pytest.mark.parametrize("folder", ["layers", "functions", "cli"])
def test_no_folder_of_production_code_has_an_exception(folder: str) -> None:
    per_file = RUFF.get("per-file-ignores", {})

    assert not [pattern for pattern in per_file if not pattern.startswith(NOT_SHIPPED)]
    assert not [pattern for pattern in per_file if folder in pattern]


def test_no_line_of_production_code_has_one() -> None:
    excused = re.compile(r"#\s*(noqa(?!:)|noqa:[^#]*\bS[0-9]{3}|ruff: noqa|nosec)", re.IGNORECASE)
    found = [
        f"{path.name}: {line.strip()}"
        for path in [*LAYER.rglob("*.py"), *CLI.rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
        for line in path.read_text().splitlines()
        if excused.search(line)
    ]

    assert found == []
