"""Run pytest in forks of a process that has configured it and imported everything but the product.

A test of one module took 1.3 s of CPU in a new process, and takes 0.2 s in a fork.
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
from typing import Any, Self

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

# Imported before the first fork. They must not import the product: each fork has its own copy.
_LIBRARIES = (
    *("hypothesis.strategies", "hypothesis.internal.conjecture.engine"),
    *("boto3", "botocore.session", "isal.isal_zlib", "msgspec", "rich.console", "typer", "urllib3"),
    *("http.server", "sqlite3", "yaml"),
)
_ROOT = Path(__file__).parents[3]
# With capture pytest would write to the server's stdout, which it remembers from before the fork.
# The servers' fixtures and Java took a fifth of the time, and no test here needs them.
_OPTIONS = (
    *("-x", "--tb=no", "-rfE", "--capture=no", "-p", "no:cacheprovider"),
    *("-p", "no:tests.server_fixtures", "-p", "no:tests.consumers.java"),
)


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
            [sys.executable, "-m", "tests.protocol.mutation.fork_server", *_OPTIONS],
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

    def run(
        self, tests: Sequence[str], home: Path, timeout_seconds: float, keyword: str = ""
    ) -> Ended:
        """Run tests with the packages in `home`; SIGALRM ends it after the timeout.

        `keyword` is that of pytest's option `-k`.
        """
        job = {"tests": [*tests], "keyword": keyword, "home": str(home), "seconds": timeout_seconds}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(job), file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        return Ended(code, _output(home).read_text(errors="replace"))


def _output(home: Path) -> Path:
    return home / "output"


class Forks:
    """A plugin that forks for each job on stdin, before the session, and prints its exit code."""

    home: Path | None = None  # of the job, in a fork

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> int | None:
        assert not any(name.startswith("studio_export") for name in sys.modules)
        gc.freeze()
        for line in sys.stdin:
            child = os.fork()
            if not child:
                self.home = _become(json.loads(line), config)
                return None  # pytest goes on with the session
            _, status = os.waitpid(child, 0)
            sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
            sys.stdout.flush()
        return 0


def _become(job: Mapping[str, Any], config: pytest.Config) -> Path:
    """Set up the process as if pytest had begun with these arguments and packages."""
    home = Path(job["home"])
    signal.setitimer(signal.ITIMER_REAL, job["seconds"])
    output = os.open(_output(home), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (sys.stdout.fileno(), sys.stderr.fileno()):
        os.dup2(output, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.environ["PYTHONPATH"] = str(home)
    sys.path.insert(0, str(home))
    set_hypothesis_home_dir(home / "hypothesis")
    config.args[:] = job["tests"]
    config.option.keyword = job["keyword"]
    config.option.basetemp = str(home / "tmp")
    return home


def serve() -> None:
    for name in _LIBRARIES:
        importlib.import_module(name)
    forks = Forks()
    code = 3  # pytest's own for an internal error
    try:
        code = int(pytest.main(sys.argv[1:], [forks]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        if forks.home:
            os._exit(code)


if __name__ == "__main__":
    serve()
