"""Polars, eagerly."""

from pathlib import Path
from typing import Any

import polars as pl

from tests.consumers.engines import python_blocks


class Polars:
    def __init__(self, work: Path) -> None:
        self._loaded = work / "loaded"
        self._loaded.mkdir()
        self._namespace: dict[str, Any] = {}

    def run(self, code: str) -> list[dict[str, Any]] | None:
        answer = python_blocks.run(code, self._namespace)
        return answer.to_dicts() if isinstance(answer, pl.DataFrame) else None

    def loaded(self) -> list[dict[str, Any]]:
        frame = pl.read_parquet(self._loaded / "*.parquet")
        rows: list[dict[str, Any]] = frame.select("sid", "status").to_dicts()
        return rows

    def close(self) -> None:
        self._namespace.clear()


open_engine = Polars
