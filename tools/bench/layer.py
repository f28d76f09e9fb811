"""How large the layer is as Lambda gets it."""

import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import copytree, ignore_patterns

from tools.bench.figure import Figure
from tools.sam_build import ROOT, zipped_bytes

_LAYER = ROOT / "layers" / "studio_export"
_BUILT = ROOT / ".aws-sam" / "local" / "build" / "ExportLayer"


def figures() -> list[Figure]:
    """Of SAM's last build if there is one; else of what pip installs for Lambda's platform."""
    with tempfile.TemporaryDirectory() as directory:
        folder = _BUILT if _BUILT.is_dir() else _installed(Path(directory))
        return [Figure("layer, zipped", 1.9, "MB", rounds=[zipped_bytes(folder) / 1e6])]


def _installed(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-compile", "--only-binary=:all:", "--python-version=3.13"]
    command += ["--platform=manylinux2014_x86_64", "--platform=manylinux_2_28_x86_64"]
    command += [f"--target={folder / 'python'}", f"--requirement={_LAYER / 'requirements.txt'}"]
    subprocess.run(command, check=True)
    package = "studio_export"
    ignored = ignore_patterns("__pycache__")
    copytree(_LAYER / package, folder / "python" / package, ignore=ignored)
    return folder
