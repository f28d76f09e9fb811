from collections.abc import Iterator

import pytest

from tests.integration.function_world import FunctionWorld, function_world
from tools.devkit.servers.server import AwsServer


@pytest.fixture
def world(secrets_server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FunctionWorld]:
    with function_world(secrets_server, monkeypatch) as made:
        yield made
