"""DuckDB, in memory."""

from pathlib import Path
from typing import Any

import duckdb


class DuckDb:
    def __init__(self) -> None:
        self._connection = duckdb.connect()

    def run(self, code: str) -> list[dict[str, Any]] | None:
        result = self._connection.execute(code)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def loaded(self) -> list[dict[str, Any]]:
        return self.run("SELECT sid, status FROM loaded") or []

    def close(self) -> None:
        self._connection.close()


def open_engine(_: Path) -> DuckDb:
    return DuckDb()
