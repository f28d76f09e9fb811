from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.contract.processes import PROCESSES


@pytest.fixture
def processes() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(4, mp_context=PROCESSES) as pool:
        yield pool
