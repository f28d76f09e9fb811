"""The layer's zip, made twice and compared, and the SBOM of what it carries."""

import shutil
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from studio_export.version import VERSION
from tools.devkit.repository import ROOT
from tools.local_lambda.build import LAMBDA_RUNTIME, RUNTIME_PYTHON, python_at_hand
from tools.release.distributions import compare
from tools.release.steps import DIST, ReleaseError
from tools.supply import sbom
from tools.supply.layer import make_layer

_EPOCH_OF_ZIP = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16  # Lambda runs as another user, who must be able to read


def build(*, released: bool) -> str:
    """Make the layer twice, compare, and write its zip to `dist/`.

    Raises:
        LayerError: it cannot be made.
        ReleaseError: two of it differ, or the Python is not that of Lambda and
            this is to be released.
    """
    runtime = python_at_hand()
    if released and runtime != LAMBDA_RUNTIME:
        raise ReleaseError(
            f"the layer would be compiled for {runtime}, and Lambda runs {LAMBDA_RUNTIME}. "
            f"Put {LAMBDA_RUNTIME} on PATH, remove .venv-runtime, and run this again."
        )
    name = f"studio-export-layer-{VERSION}-{runtime}.zip"
    with TemporaryDirectory(prefix="studio-export-") as folder:
        zips = [Path(folder) / each for each in ("first", "second")]
        for each in zips:
            each.mkdir()
            layer = make_layer(Path(folder) / f"{each.name}-layer", RUNTIME_PYTHON)
            write_zip(layer, each / name)
        compare(*zips)
        shutil.copy(zips[0] / name, DIST / name)
    megabytes = (DIST / name).stat().st_size / 1e6
    note = "" if runtime == LAMBDA_RUNTIME else f"; Lambda needs it for {LAMBDA_RUNTIME}"
    return f"{name}: {megabytes:.2f} MB, the same bytes twice{note}"


def write_zip(folder: Path, to: Path) -> None:
    """Zip the files of `folder` in the order of their names, with no dates and no owners."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH_OF_ZIP)
                entry.external_attr = _REGULAR_FILE
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())


def write_sbom() -> str:
    """Write the SBOM to `dist/`."""
    sbom.main()
    shutil.copy(ROOT / "build" / "sbom.cdx.json", DIST / "sbom.cdx.json")
    return "sbom.cdx.json names what the layer carries"
