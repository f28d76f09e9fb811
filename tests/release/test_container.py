"""The container, built and run as docs/recipes.md says, where a Docker engine is at hand."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.devkit import program
from tools.devkit.servers.process import running

ROOT = Path(__file__).resolve().parents[2]
(BASE,) = re.findall(r"^FROM (\S+) AS base$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
IMAGE = "studio-export:test"
HARDENED = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]


def docker(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = program.run(["docker", *arguments], cwd=ROOT)
    assert not (check and done.returncode), f"{done.stdout}{done.stderr}"[-2000:]
    return done


def missing() -> str | None:
    """Why the container cannot be built here. The base is never fetched by a test."""
    if not shutil.which("docker") or docker("version", check=False).returncode:
        return "no Docker engine answers"
    if docker("image", "inspect", BASE, check=False).returncode:
        return f"the base image {BASE} is not there: docker pull {BASE}"
    return None


@pytest.fixture(scope="module")
def image() -> str:
    reason = missing()
    if reason:
        pytest.skip(reason)
    # The host's network, for the packages: an engine may have no other.
    docker("build", "--network=host", "--target=command", f"--tag={IMAGE}", ".")
    return IMAGE


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[list[str]]:
    """A simulated Studio on this machine, and the options of a container that exports from it."""
    log = tmp_path / "simulator.log"
    server = [sys.executable, "-m", "simulator", "--executions", "600", "--days", "3"]
    with running(server, lambda: log.read_text().endswith("\n"), log):
        url, key, secret = log.read_text().split()
        variables = {"STUDIO_BASE_URL": url, "TWILIO_API_KEY": key, "TWILIO_API_SECRET": secret}
        yield ["--network=host", *(f"--env={name}={value}" for name, value in variables.items())]


@pytest.fixture
def volume() -> Iterator[str]:
    name = docker("volume", "create").stdout.strip()
    yield name
    docker("volume", "rm", "--force", name)


def test_it_exports_as_another_user_on_a_read_only_root(
    image: str, studio: list[str], volume: str, tmp_path: Path
) -> None:
    options = ["run", "--rm", *HARDENED, *studio, f"--volume={volume}:/data"]
    docker(*options, image, "run", "--to", "/data")
    docker(*options, image, "status", "--to", "/data")
    name = docker("create", f"--volume={volume}:/data", image).stdout.strip()
    docker("cp", f"{name}:/data/executions", str(tmp_path))
    docker("rm", name)
    objects = [*tmp_path.glob("executions/*/*.jsonl.gz")]
    lines = [gzip.decompress(path.read_bytes()).splitlines() for path in objects]

    assert {path.stat().st_uid for path in objects} <= {10001, os.getuid()}
    assert 590 <= len({json.loads(line)["sid"] for each in lines for line in each}) <= 600


def test_the_health_check_fails_before_the_first_run_and_passes_after_it(
    image: str, studio: list[str], volume: str
) -> None:
    (check,) = json.loads(
        docker("image", "inspect", "--format={{json .Config.Healthcheck.Test}}", image).stdout
    )[3:]
    options = ["run", "--rm", *HARDENED, *studio, f"--volume={volume}:/data"]

    def healthy() -> bool:
        shell = [*options, "--entrypoint=sh", image, "-c", check]
        return docker(*shell, check=False).returncode == 0

    assert not healthy()
    docker(*options, image, "run", "--to", "/data")
    assert healthy()


def test_it_has_no_root_user_and_no_tool_to_install_with(image: str) -> None:
    user = docker("image", "inspect", "--format={{.Config.User}}", image).stdout.strip()
    pip = ["run", "--rm", "--entrypoint=/opt/studio-export/bin/python", image, "-m", "pip"]

    assert user == "10001:10001"
    assert docker(*pip, check=False).returncode
