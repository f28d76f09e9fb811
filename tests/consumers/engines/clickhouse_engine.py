"""ClickHouse as the library chdb: a session with its tables in the working folder."""

import json
from pathlib import Path
from typing import Any

from chdb.session import Session


class ClickHouse:
    def __init__(self, work: Path) -> None:
        self._session = Session(str(work / "clickhouse"))

    def run(self, code: str) -> list[dict[str, Any]] | None:
        rows: list[dict[str, Any]] | None = None
        for statement in code.split(";\n"):
            if statement.strip():
                answer = self._session.query(statement, "JSONEachRow")
                rows = [json.loads(line) for line in str(answer).split("\n") if line]
        return rows

    def loaded(self) -> list[dict[str, Any]]:
        return self.run("SELECT sid, status FROM loaded") or []

    def close(self) -> None:
        self._session.close()


open_engine = ClickHouse
