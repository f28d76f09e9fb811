"""The linters of `make lint` refuse what they are there for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.devkit import program
from tools.devkit.environments import ensure

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / ".venv-lint" / "bin"
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"
SCHEMA = ("check-jsonschema", "--builtin-schema")


@pytest.fixture(scope="module", autouse=True)
def _environment() -> None:
    ensure("lint")


def lint(tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return program.run([BIN / tool, *arguments])


def changed(source: Path, old: str, new: str, to: Path) -> Path:
    """A copy of the file in which one thing is wrong."""
    text = source.read_text()
    assert old in text
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text.replace(old, new))
    return to


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "v7", "unpinned-uses"),
        ("run: make lint", 'run: echo "${{ github.head_ref }}"', "template-injection"),
        ("persist-credentials: false", "fetch-depth: 1", "artipacked"),
        ("permissions: {}", "permissions: write-all", "excessive-permissions"),
    ],
)
def test_zizmor_refuses(old: str, new: str, finding: str, tmp_path: Path) -> None:
    workflow = changed(WORKFLOW, old, new, tmp_path / ".github" / "workflows" / "ci.yml")
    done = lint("zizmor", "--offline", "--no-progress", "--persona=pedantic", workflow)

    assert done.returncode
    assert finding in done.stdout


@pytest.mark.parametrize(
    ("schema", "source", "old", "new"),
    [
        ("vendor.github-workflows", WORKFLOW, "runs-on:", "runs_on:"),
        ("vendor.dependabot", ROOT / ".github" / "dependabot.yml", "weekly", "sometimes"),
        (
            "vendor.github-issue-forms",
            ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml",
            "type: textarea",
            "type: box",
        ),
        ("vendor.compose-spec", ROOT / "compose.yaml", "read_only: true", "read_only: [1]"),
    ],
)
def test_the_schemas_refuse(schema: str, source: Path, old: str, new: str, tmp_path: Path) -> None:
    assert lint(*SCHEMA, schema, changed(source, old, new, tmp_path / source.name)).returncode


@pytest.mark.skipif(sys.platform != "linux", reason="hadolint has no wheel for this system")
def test_hadolint_accepts_the_dockerfile_and_refuses_a_base_without_a_version(
    tmp_path: Path,
) -> None:
    source = ROOT / "Dockerfile"
    other = changed(
        source, "FROM python:3.13-slim-bookworm AS base", "FROM python AS base", tmp_path / "D"
    )

    assert lint("hadolint", source).returncode == 0
    assert lint("hadolint", other).returncode


def test_codespell_refuses_a_misspelling(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("It recieves.\n")  # codespell:ignore recieves

    assert lint("codespell", page).returncode


def test_every_hook_has_its_tool() -> None:
    assert shutil.which(str(BIN / "pre-commit"))
    assert lint("pre-commit", "validate-config", ROOT / ".pre-commit-config.yaml").returncode == 0
