"""pandas, with pyarrow for its texts and its files."""

from pathlib import Path
from typing import Any

import pandas as pd

from tests.consumers.engines import python_blocks


class Pandas:
    def __init__(self, work: Path) -> None:
        self._loaded = work / "loaded"
        self._loaded.mkdir()
        self._namespace: dict[str, Any] = {}

    def run(self, code: str) -> list[dict[str, Any]] | None:
        return _rows(python_blocks.run(code, self._namespace))

    def loaded(self) -> list[dict[str, Any]]:
        return _rows(pd.read_parquet(self._loaded)[["sid", "status"]]) or []

    def close(self) -> None:
        self._namespace.clear()


def _rows(answer: Any) -> list[dict[str, Any]] | None:
    if not isinstance(answer, pd.DataFrame):
        return None
    found: list[dict[str, Any]] = (
        answer.astype(object).where(answer.notna(), None).to_dict("records")
    )
    return found


open_engine = Pandas
