import pytest

from tests.consumers.edge_values import NastyExport, export


@pytest.fixture(scope="session")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> NastyExport:
    return export(tmp_path_factory.mktemp("nasty"))
