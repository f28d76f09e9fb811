"""Make the layer with the target that `sam build` runs, without SAM."""

import io
import os
import zipfile
from pathlib import Path

from tools.devkit import program
from tools.devkit.repository import ROOT

SOURCE = ROOT / "layers" / "studio_export"


class LayerError(RuntimeError):
    """The layer could not be made; the message is the output of make."""


def make_layer(to: Path, python: str | os.PathLike[str], source: Path = SOURCE) -> Path:
    """Make the layer of `source` for that Python, in the empty folder `to`.

    Raises:
        LayerError: make failed.
    """
    command = ["make", "--silent", f"--directory={source}", "build-ExportLayer"]
    command += [f"ARTIFACTS_DIR={to}", f"LAYER_PYTHON={os.fspath(python)}"]
    done = program.run(command)
    if done.returncode:
        raise LayerError(f"{done.stdout}{done.stderr}")
    return to


def zipped_bytes(folder: Path) -> int:
    """Return the size of `folder` zipped as SAM zips it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():  # as SAM packs it: files alone, at zlib's own level
                archive.write(path, path.relative_to(folder))
    return buffer.tell()
