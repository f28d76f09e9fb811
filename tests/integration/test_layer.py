"""The layer as its Makefile makes it: handlers start with it, and it matches the lock file."""

import json
import os
import re
import shutil
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.architecture.imports import COMPACTOR, FUNCTION
from tools.devkit import program
from tools.devkit.environments import ensure
from tools.local_lambda.build import RUNTIME_PYTHON
from tools.supply.layer import SOURCE, make_layer, zipped_bytes
from tools.supply.sbom import LOCK, pins

# Starts as Lambda does; prints the files that were compiled, and the file of each module.
COLD_START = """
import importlib, json, sys
compiled = []
def hook(event, arguments):
    if event == "compile":
        compiled.append(str(arguments[1]))
sys.addaudithook(hook)
import app
importlib.import_module(sys.argv[1]).warm()
files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
json.dump({"compiled": compiled, "files": files}, sys.stdout)
"""
# The variables that the functions require.
VARIABLES = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "EXPORT_BUCKET": "bucket",
    "CHECKPOINT_TABLE": "table",
    "TWILIO_SECRET_ID": "secret",
}
LIBRARIES = {"aws_lambda_powertools", "isal.isal_zlib", "msgspec", "urllib3"}
_EPOCH_OF_ZIP = 315_532_800  # 1980, the date that SAM gives every file
# The machine field of an ELF file.
_MACHINES = {"x86_64": 62, "aarch64": 183}


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer, as Lambda unpacks it: without its files' dates."""
    ensure("runtime")
    made = make_layer(tmp_path_factory.mktemp("layer"), RUNTIME_PYTHON)
    for path in made.rglob("*"):
        os.utime(path, (_EPOCH_OF_ZIP, _EPOCH_OF_ZIP))
    return made


@pytest.mark.parametrize(
    ("function", "module"),
    [(FUNCTION, "function.bootstrap"), (COMPACTOR, "function.compactor_bootstrap")],
)
def test_each_handler_starts_with_the_layer_alone_and_compiles_nothing_of_it(
    layer: Path, function: Path, module: str, tmp_path: Path
) -> None:
    packages = str(layer / "python")
    ran = program.run(
        [RUNTIME_PYTHON, "-c", COLD_START, f"studio_export.{module}"],
        cwd=tmp_path,
        env={
            **VARIABLES,
            "PYTHONPATH": os.pathsep.join([str(function), packages]),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    assert ran.returncode == 0, ran.stderr
    imported = json.loads(ran.stdout)

    ours = {name for name, file in imported["files"].items() if (file or "").startswith(packages)}
    assert {f"studio_export.{module}", *LIBRARIES} <= ours
    assert not [file for file in imported["compiled"] if file.startswith(packages)]


def test_every_extension_module_is_there_for_both_processors(layer: Path) -> None:
    found: dict[str, set[str]] = {processor: set() for processor in _MACHINES}
    for path in layer.rglob("*.so"):
        (processor,) = (each for each in _MACHINES if each in path.name)
        assert int.from_bytes(path.read_bytes()[18:20], "little") == _MACHINES[processor], path
        found[processor].add(str(path.relative_to(layer)).replace(processor, ""))

    assert found["x86_64"] == found["aarch64"] != set()


def test_the_build_is_reproducible_in_any_folder_and_environment(
    layer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    sources = shutil.copytree(SOURCE, tmp_path / "elsewhere")
    stale = sources / "studio_export" / "__pycache__" / "gone.cpython-311.pyc"
    stale.parent.mkdir(exist_ok=True)
    stale.write_bytes(b"stale")

    other = make_layer(tmp_path / "made", RUNTIME_PYTHON, sources)

    assert contents(other) == contents(layer)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_the_layer_carries_what_is_locked_with_its_licences(layer: Path) -> None:
    """So the SBOM and the audit, which read the lock file, describe what is deployed."""
    carried = {}
    for package in distributions(path=[str(layer / "python")]):
        name = re.sub(r"[-_.]+", "-", package.metadata["Name"]).lower()
        carried[name] = package.version
        folder = next((layer / "python").glob(f"{name.replace('-', '_')}-*.dist-info"))
        assert [*folder.rglob("LICENSE*")], name

    assert carried == pins(LOCK.read_text())


def test_the_zipped_layer_has_at_most_2_1_megabytes(layer: Path) -> None:
    assert zipped_bytes(layer) <= 2_100_000


def test_the_layer_has_the_sources_of_the_package_and_no_command(layer: Path) -> None:
    packages = layer / "python"

    assert sources_of(packages / "studio_export") == sources_of(SOURCE / "studio_export")
    assert not (packages / "studio_export_cli").exists()


def sources_of(package: Path) -> set[Path]:
    return {path.relative_to(package) for path in package.rglob("*.py")}
