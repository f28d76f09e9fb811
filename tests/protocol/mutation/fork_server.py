"""Run pytest in forks of a process that has imported what every run needs, except the product.

A test of one module took 1.3 s of CPU in a new process, and takes 0.3 s in a fork.
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

# Imported before the first fork. They must not import the product: each fork has its own copy.
_LIBRARIES = (
    *("hypothesis.strategies", "hypothesis.internal.conjecture.engine", "pytest"),
    *("boto3", "botocore.session", "isal.isal_zlib", "msgspec", "rich.console", "typer", "urllib3"),
    *("http.server", "sqlite3", "yaml"),
)
_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Ended:
    """A run of pytest: its exit code, negative for a signal, and what it printed."""

    code: int
    output: str


class ForkServer:
    """The process that forks, one run at a time; leave the context to end it."""

    def __enter__(self) -> Self:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.protocol.mutation.fork_server"],
            cwd=_ROOT,
            # Plugins that nobody here uses take another half second.
            env={**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self._process.communicate()  # the end of its input ends it

    def run(self, arguments: Sequence[str], home: Path, timeout_seconds: float) -> Ended:
        """Run pytest with the packages in `home`; SIGALRM ends it after the timeout."""
        job = {"arguments": [*arguments], "home": str(home), "seconds": timeout_seconds}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(job), file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        return Ended(code, _output(home).read_text(errors="replace"))


def _output(home: Path) -> Path:
    return home / "output"


def serve() -> None:
    """Fork for each job on stdin, wait for the fork, and print its exit code."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    assert not any(name.startswith("studio_export") for name in sys.modules)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _run(json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _run(job: Mapping[str, object]) -> None:
    """Be the run: set up the process as if it had begun with these packages, and end with it."""
    import pytest  # noqa: PLC0415  the runner has no use for it
    from hypothesis.configuration import set_hypothesis_home_dir  # noqa: PLC0415

    home, arguments = Path(str(job["home"])), job["arguments"]
    assert isinstance(arguments, list)
    signal.setitimer(signal.ITIMER_REAL, float(str(job["seconds"])))
    output = os.open(_output(home), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (sys.stdout.fileno(), sys.stderr.fileno()):
        os.dup2(output, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.environ["PYTHONPATH"] = str(home)
    sys.path.insert(0, str(home))
    set_hypothesis_home_dir(home / "hypothesis")
    code = 3  # pytest's own for an internal error
    try:
        code = int(pytest.main(arguments))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
