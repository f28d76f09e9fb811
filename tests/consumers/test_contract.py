"""The data contract's own query of compacted days."""

import re
from pathlib import Path

from tests.consumers import job
from tests.consumers.edge_values import EdgeValuesExport
from tests.consumers.oracle import expected_rows
from tests.consumers.pages import ROOT

_CONTRACT = (ROOT / "docs/data-contract.md").read_text("utf-8")
(QUERY,) = re.findall(r"```sql\n(SET VARIABLE.*?)```", _CONTRACT, re.DOTALL)


def test_it_answers_each_final_row_once(compacted: EdgeValuesExport, tmp_path: Path) -> None:
    here = re.sub(r"'(daily|executions)/", r"'s3://BUCKET/studio/\1/", QUERY)
    sections = {"The table": [], "All": [here]}
    done = job.run("duckdb", sections, ["All"], compacted, tmp_path)

    expected = expected_rows(compacted, "2026-11-01")
    ended = sorted(each.execution.sid for each in expected if each.ended)
    assert sorted(row["sid"] for row in done.answers["All"]) == ended
