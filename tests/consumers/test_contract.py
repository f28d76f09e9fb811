"""The data contract's own query of compacted days."""

import re
from pathlib import Path

from tests.consumers import job
from tests.consumers.compacted_days import compacted_days
from tests.consumers.edge_values import EdgeValuesExport
from tests.consumers.foreign_files import foreign_files
from tests.consumers.oracle import expected_rows
from tests.consumers.pages import ROOT

_CONTRACT = (ROOT / "docs/data-contract.md").read_text("utf-8")
(QUERY,) = re.findall(r"```sql\n(SET VARIABLE.*?)```", _CONTRACT, re.DOTALL)


def test_it_answers_each_final_row_once(edge_values: EdgeValuesExport, tmp_path: Path) -> None:
    here = re.sub(r"'(daily|executions)/", r"'s3://BUCKET/studio/\1/", QUERY)
    compacted = compacted_days(edge_values, tmp_path / "compacted")
    foreign = foreign_files([edge_values.root, compacted], tmp_path / "foreign")
    done = job.run(
        "duckdb",
        {"The table": [], "All": [here]},
        ["All"],
        edge_values.with_files(compacted, foreign),
        tmp_path,
    )

    ended = sorted(
        expected.execution.sid
        for expected in expected_rows(edge_values, "2026-11-01")
        if expected.ended
    )
    assert sorted(row["sid"] for row in done.answers["All"]) == ended
