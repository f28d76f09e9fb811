"""An engine that runs the code of a page."""

import importlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol


class Engine(Protocol):
    """`run` executes a block of code, and returns its rows, if any."""

    def run(self, code: str) -> list[dict[str, Any]] | None: ...

    def loaded(self) -> list[dict[str, Any]]:
        """Return `sid` and `status` of every loaded row."""
        ...

    def close(self) -> None:
        """Leave nothing to the next engine that this process opens."""
        ...


@contextmanager
def opened(name: str, work: Path) -> Iterator[Engine]:
    """Open the engine of that name, which works in a folder of its own; import no other."""
    module = importlib.import_module(f"tests.consumers.engines.{name}_engine")
    with closing(module.open_engine(work)) as engine:
        yield engine
