"""`make build`: build the function and its layer with SAM, to be invoked on this machine.

Not for a deployment: `sam build && sam deploy` builds for Lambda's own Python and processor, into
another folder, so that a build for this machine is never deployed by mistake.
"""

import fcntl
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.devkit import program
from tools.devkit.repository import ROOT
from tools.supply.layer import zipped_bytes

SAM = ROOT / ".venv-sam" / "bin" / "sam"
# Lambda's runtime client and SDK, in the Python that the build is for.
RUNTIME_PYTHON = ROOT / ".venv-runtime" / "bin" / "python"
LAMBDA_RUNTIME = "python3.13"

_LOCAL = ROOT / ".aws-sam" / "local"
_ARCHITECTURES = {"aarch64": "arm64", "arm64": "arm64"}


class BuildError(RuntimeError):
    """SAM failed to build; the message is its output."""


@dataclass(frozen=True, slots=True)
class Built:
    """A build: two folders and the template that names them."""

    function: Path
    layer: Path
    template: Path
    runtime: str
    architecture: str

    @property
    def overrides(self) -> list[str]:
        """The template parameters of this build."""
        return [f"PythonRuntime={self.runtime}", f"Architecture={self.architecture}"]


def at_hand() -> Built:
    """Return what `build` makes here, whether it is there or not."""
    return Built(
        function=_LOCAL / "build" / "Exporter",
        layer=_LOCAL / "build" / "ExportLayer",
        template=_LOCAL / "build" / "template.yaml",
        runtime=python_at_hand(),
        architecture=_ARCHITECTURES.get(platform.machine(), "x86_64"),
    )


def build(template: Path = ROOT / "template.yaml") -> Built:
    """Build what changed since the last build.

    Raises:
        BuildError: SAM failed.
    """
    built = at_hand()
    command = [str(SAM), "build", "--cached", "--parallel", f"--template={template}"]
    command += [f"--build-dir={_LOCAL / 'build'}", f"--cache-dir={_LOCAL / 'cache'}"]
    command += ["--parameter-overrides", *built.overrides]
    _LOCAL.mkdir(parents=True, exist_ok=True)
    with (_LOCAL / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = program.run(command, cwd=ROOT, env=sam_environment())
    if done.returncode:
        raise BuildError(f"sam build failed:\n{done.stdout}{done.stderr}")
    return built


def python_at_hand() -> str:
    """Return the name of the Lambda runtime that matches the Python of `.venv-runtime`."""
    code = "import sys; print('python%d.%d' % sys.version_info[:2])"
    done = subprocess.run(
        [str(RUNTIME_PYTHON), "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def sam_environment() -> dict[str, str]:
    """Return the environment in which SAM finds its Python and sends no telemetry.

    SAM looks for Python on PATH; the layer's Makefile reads a variable.
    """
    path = os.pathsep.join([str(RUNTIME_PYTHON.parent), os.environ.get("PATH", os.defpath)])
    python = {"LAYER_PYTHON": str(RUNTIME_PYTHON)}
    return {**os.environ, **python, "PATH": path, "SAM_CLI_TELEMETRY": "0"}


def note(built: Built) -> str:
    """Describe the build in one line, and how it differs from a deployment."""
    line = f"Built for {built.runtime} on {built.architecture}, to be invoked on this machine only"
    if built.runtime != LAMBDA_RUNTIME:
        line += f"; a deployment uses {LAMBDA_RUNTIME}, which is not installed here"
    return f"{line}."


def build_or_exit() -> Built:
    """Build, and print for what; end the process if SAM fails."""
    try:
        built = build()
    except BuildError as error:
        sys.exit(str(error))
    print(note(built))
    return built


def main() -> None:
    built = build_or_exit()
    for name, folder in (("function", built.function), ("layer", built.layer)):
        print(f"  {name:9}{zipped_bytes(folder) / 1e6:5.2f} MB  {folder.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
