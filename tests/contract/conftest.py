from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest


@pytest.fixture
def processes() -> Iterator[ProcessPoolExecutor]:
    """Spawned: a fork would share connections and locks with its parent."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        yield pool
