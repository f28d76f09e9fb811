import json
from collections.abc import Iterator

import pytest

from studio_export.function import bootstrap
from tests.integration.function_world import FunctionWorld, function_world
from tools.devkit.servers.server import AwsServer


@pytest.fixture
def world(secrets_server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FunctionWorld]:
    """A function that was never invoked, with a bucket, a table and a valid secret."""
    with function_world(secrets_server) as made:
        api_key, api_secret = made.studio.account.api_key
        made.make(json.dumps({"api_key": api_key, "api_secret": api_secret}))
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        bootstrap.warm.cache_clear()
        yield made
        bootstrap.warm.cache_clear()
