"""The size of the zipped layer."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.bench.figure import Figure
from tools.local_lambda.build import RUNTIME_PYTHON
from tools.supply.layer import make_layer, zipped_bytes


def figures() -> list[Figure]:
    with built() as folder:
        return [Figure("layer, zipped", 2.1, "MB", rounds=[zipped_bytes(folder) / 1e6])]


@contextmanager
def built() -> Iterator[Path]:
    """Build the layer for the Python of the runtime's environment, which has pip."""
    with tempfile.TemporaryDirectory() as directory:
        yield make_layer(Path(directory), RUNTIME_PYTHON)
