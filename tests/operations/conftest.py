from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def service() -> Iterator[None]:
    """The stack's name, which the function's environment has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_SERVICE_NAME", "stack")
        yield
