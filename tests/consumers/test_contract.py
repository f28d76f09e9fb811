"""The data contract's own query of compacted days."""

import re
from pathlib import Path

from tests.consumers import job
from tests.consumers.compacted_days import compacted_days
from tests.consumers.edge_values import NastyExport
from tests.consumers.foreign_files import foreign_files
from tests.consumers.oracle import truths
from tests.consumers.pages import ROOT

_CONTRACT = (ROOT / "docs/data-contract.md").read_text("utf-8")
(QUERY,) = re.findall(r"```sql\n(SET VARIABLE.*?)```", _CONTRACT, re.DOTALL)


def test_it_answers_each_final_row_once(nasty: NastyExport, tmp_path: Path) -> None:
    here = re.sub(r"'(daily|executions)/", r"'s3://BUCKET/studio/\1/", QUERY)
    compacted = compacted_days(nasty, tmp_path / "compacted")
    foreign = foreign_files([nasty.root, compacted], tmp_path / "foreign")
    done = job.run(
        "duckdb",
        {"The table": [], "All": [here]},
        ["All"],
        nasty.with_files(compacted, foreign),
        tmp_path,
    )

    ended = sorted(truth.execution.sid for truth in truths(nasty, "2026-11-01") if truth.ended)
    assert sorted(row["sid"] for row in done.answers["All"]) == ended
