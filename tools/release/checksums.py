"""`SHA256SUMS`, as `sha256sum --check` reads it."""

import hashlib
from pathlib import Path


def write(folder: Path) -> str:
    """Write the sums of all files of `folder` into it."""
    files = sorted(path for path in folder.iterdir() if path.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(lines))
    return f"SHA256SUMS of {len(files)} files"
