"""The wheel and the sdist: built twice, compared, and their metadata checked."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.devkit.repository import ROOT
from tools.release.steps import DIST, ReleaseError, run

_TWINE = ROOT / ".venv-release" / "bin" / "twine"
# The dates in both archives, so that the same sources give the same bytes: that of hatchling.
_ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": "1580601600"}


def build() -> Path:
    """Build both into `dist/` and return the wheel.

    Raises:
        ReleaseError: a build failed, two builds differ, or the metadata are not valid.
    """
    _build_into(DIST)
    with TemporaryDirectory(prefix="studio-export-") as folder:
        again = Path(folder)
        _build_into(again)
        compare(DIST, again)
    (wheel,) = DIST.glob("*.whl")
    (sdist,) = DIST.glob("*.tar.gz")
    run([_TWINE, "--no-color", "check", "--strict", wheel, sdist])
    return wheel


def _build_into(folder: Path) -> None:
    targets = ["--target", "wheel", "--target", "sdist"]
    command = [sys.executable, "-m", "hatchling", "build", *targets, "--directory", str(folder)]
    run(command, environment=_ENVIRONMENT)


def compare(first: Path, second: Path) -> None:
    """Compare the files of two folders byte by byte.

    Raises:
        ReleaseError: a name or a byte differs.
    """
    contents = [
        {path.name: path.read_bytes() for path in each.iterdir()} for each in (first, second)
    ]
    if contents[0] != contents[1]:
        names = contents[0].keys() | contents[1].keys()
        different = sorted(name for name in names if contents[0].get(name) != contents[1].get(name))
        raise ReleaseError(f"two builds of the same sources differ in {', '.join(different)}")
