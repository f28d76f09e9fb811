"""Measure the CPU of a cold start, without and with the layer's bytecode.

python -m tools.bench.cold_start      half a minute; a table

`import app` and `bootstrap.warm()` in a new process, in turn with a bare boto3 client. The key is
in Secrets Manager, so the exporter has three clients. Run it by the Python that the Lambda has.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from tools.bench import layer
from tools.bench.measure import ENVIRONMENT, result_of
from tools.devkit import program
from tools.local_lambda.build import RUNTIME_PYTHON
from tools.supply.layer import SOURCE

_ROUNDS = 21
_OF_A_SECRET = {
    **ENVIRONMENT,
    "TWILIO_API_KEY": "",
    "TWILIO_API_SECRET": "",
    "TWILIO_SECRET_ID": "studio-export",
    "PYTHONDONTWRITEBYTECODE": "1",
}
_COMPILING = {**_OF_A_SECRET, "PYTHONDONTWRITEBYTECODE": ""}


def main() -> None:
    with layer.built() as shipped, tempfile.TemporaryDirectory() as directory:
        sources = _sources(Path(directory))
        works = {
            "bare boto3": ("boto3",),
            "the layer as sources, compiled at each cold start": ("init", sources / "python"),
            "the layer as it ships": ("init", shipped / "python"),
        }
        # The environment's own modules are compiled once, as Lambda's SDK is.
        result_of("tools.bench.work", *works["the layer as it ships"], environment=_COMPILING)
        measured: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(_ROUNDS):
            for name, work in works.items():
                cost = result_of("tools.bench.work", *work, environment=_OF_A_SECRET)
                measured[name].append(cost["cpu_seconds"])
    bare = median(measured["bare boto3"])
    print(f"Python {sys.version.split()[0]}, {_ROUNDS} times each\n")
    print("| | CPU | over bare boto3 |\n|---|---|---|")
    for name, seconds in measured.items():
        print(f"| {name} | {median(seconds):.3f} s | {median(seconds) / bare:.2f} x |")


def _sources(folder: Path) -> Path:
    """Install the layer's libraries and its package without bytecode, as SAM's own builder does."""
    to = folder / "python"
    install: list[str | Path] = [RUNTIME_PYTHON, "-m", "pip", "install", "--quiet"]
    install += ["--no-deps", "--no-compile", f"--target={to}", "-r", SOURCE / "requirements.txt"]
    done = program.run(install)
    if done.returncode:
        raise SystemExit(f"the layer's libraries cannot be installed: {done.stderr}")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SOURCE / "studio_export", to / "studio_export", ignore=ignored)
    return folder


if __name__ == "__main__":
    main()
