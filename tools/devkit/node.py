"""The tools of Node that package.json names: where they are, and why they may be missing."""

import fcntl
import json
import shutil
from pathlib import Path
from tempfile import gettempdir
from zlib import crc32

from tools.devkit import program
from tools.devkit.repository import ROOT

MODULES = ROOT / "node_modules"


def missing() -> str:
    """Why the tools cannot run here; empty if they can. Installs from the lock file if it must."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    # One installs, the other pytest-xdist workers wait for it.
    lock = Path(gettempdir()) / f"studio-export-npm-{crc32(str(ROOT).encode()):08x}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        names = json.loads((ROOT / "package.json").read_text())["devDependencies"]
        if all((MODULES / name).exists() for name in names):
            return ""
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = program.run(install, cwd=ROOT)
    return "" if done.returncode == 0 else f"npm ci failed: {done.stderr.strip()[-300:]}"
