import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.integration.function_world import FunctionWorld, function_world
from tools.devkit.environments import ensure
from tools.devkit.servers.server import AwsServer
from tools.local_lambda.build import Built, build


@pytest.fixture
def world(secrets_server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FunctionWorld]:
    with function_world(secrets_server, monkeypatch) as made:
        yield made


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A copy of the build, so that another process may build at the same time."""
    ensure()
    made = build()
    to = tmp_path_factory.mktemp("built")
    shutil.copytree(made.template.parent, to, dirs_exist_ok=True)
    return replace(made, function=to / made.function.name, layer=to / made.layer.name)
