import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.integration.function_world import FunctionWorld, function_world
from tools.devkit.environments import ensure
from tools.devkit.servers.server import AwsServer
from tools.local_lambda.build import Built, at_hand, build


@pytest.fixture
def world(secrets_server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FunctionWorld]:
    with function_world(secrets_server, monkeypatch) as made:
        yield made


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A copy of the build, so that another run may build at the same time.

    The first worker of a run makes it, and the others wait for it.
    """
    mine = tmp_path_factory.getbasetemp()
    of_run = mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine
    to = of_run / "built"
    with (of_run / "built.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not to.exists():
            ensure()
            shutil.copytree(build().template.parent, to)
    made = at_hand()
    return replace(made, function=to / made.function.name, layer=to / made.layer.name)
