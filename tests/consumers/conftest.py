import pytest

from tests.consumers.edge_values import EdgeValuesExport, export


@pytest.fixture(scope="session")
def edge_values(tmp_path_factory: pytest.TempPathFactory) -> EdgeValuesExport:
    return export(tmp_path_factory.mktemp("edge"))
