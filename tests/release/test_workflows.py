"""The workflows run targets that exist, on pinned actions, with no right that they do not need."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
USES = re.compile(r"uses: ([\w./-]+)@(\S+)(?: # (\S+))?$", re.MULTILINE)

each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)


def targets() -> set[str]:
    files = [ROOT / "Makefile", *(ROOT / "make").glob("*.mk")]
    return {name for path in files for name in TARGET.findall(path.read_text())}


def jobs(workflow: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(workflow.read_text())["jobs"]
    return read


def steps(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(workflow).values() for step in job["steps"]]


@each_workflow
def test_every_action_is_pinned_by_a_commit_and_names_its_version(workflow: Path) -> None:
    used = USES.findall(workflow.read_text())

    assert len(used) == workflow.read_text().count("uses:")
    for action, commit, version in used:
        assert re.fullmatch(r"[0-9a-f]{40}", commit), action
        assert re.fullmatch(r"v\d+\.\d+\.\d+", version), action


def test_an_action_has_one_version_everywhere() -> None:
    used = {
        (action.split("/")[0:2][1], commit)
        for workflow in WORKFLOWS
        for action, commit, _ in USES.findall(workflow.read_text())
    }

    assert len(used) == len({action for action, _ in used})


@each_workflow
def test_a_workflow_has_no_permission_and_each_job_names_its_own(workflow: Path) -> None:
    assert "\npermissions: {}\n" in workflow.read_text()
    for name, job in jobs(workflow).items():
        assert job["permissions"], name


@each_workflow
def test_every_job_ends_in_bounded_time(workflow: Path) -> None:
    assert all(job["timeout-minutes"] <= 120 for job in jobs(workflow).values())


@each_workflow
def test_every_make_target_exists(workflow: Path) -> None:
    named = re.findall(
        r"\bmake ([a-z-]+)", "\n".join(step.get("run", "") for step in steps(workflow))
    )

    assert set(named) <= targets()


def test_ci_runs_what_the_repository_runs() -> None:
    commands = [step.get("run") for step in steps(ROOT / ".github" / "workflows" / "ci.yml")]

    assert "bash .ci/run" in commands
    assert {"make lint", "make unit", "make links", "make release-check"} <= {*commands}


def test_the_nightly_runs_what_takes_too_long_for_a_change() -> None:
    commands = [step.get("run") for step in steps(ROOT / ".github" / "workflows" / "nightly.yml")]
    seed = 'SEED="$(date -u +%Y%m%d)"'

    assert {f"make prove {seed}", f"make soak {seed}", "make deploy-local"} <= {*commands}


def test_the_unit_tests_run_on_every_python_that_the_metadata_name() -> None:
    matrix = jobs(ROOT / ".github" / "workflows" / "ci.yml")["unit"]["strategy"]["matrix"]
    named = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', pyproject())

    assert matrix["python"] == named
    assert f'requires-python = ">={named[0]}"' in pyproject()


def pyproject() -> str:
    return (ROOT / "pyproject.toml").read_text()


def test_the_hooks_run_tools_of_the_locked_requirements_alone() -> None:
    read = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())

    assert [each["repo"] for each in read["repos"]] == ["local"]
    for hook in read["repos"][0]["hooks"]:
        assert hook["entry"].startswith((".venv/bin/", ".venv-lint/bin/")), hook["id"]
