from pathlib import Path

import pytest

from tests.consumers.compacted_days import compacted_days
from tests.consumers.edge_values import EdgeValuesExport, export
from tests.consumers.foreign_files import foreign_files
from tests.consumers.steps_export import StepsExport, steps_export


@pytest.fixture(scope="session")
def edge_values(tmp_path_factory: pytest.TempPathFactory) -> EdgeValuesExport:
    return export(tmp_path_factory.mktemp("edge"))


@pytest.fixture
def compacted(edge_values: EdgeValuesExport, tmp_path: Path) -> EdgeValuesExport:
    """The same with compacted days, and with files that are not the export's."""
    days = compacted_days(edge_values, tmp_path / "compacted")
    foreign = foreign_files([edge_values.root, days], tmp_path / "foreign")
    return edge_values.with_files(days, foreign)


@pytest.fixture(scope="session")
def with_steps(tmp_path_factory: pytest.TempPathFactory) -> StepsExport:
    return steps_export(tmp_path_factory.mktemp("steps"))
