import gzip
from pathlib import Path

from studio_export_cli.stores.directory import DirectoryStore
from tests.protocol.scenarios import CROWD, Scenario
from tests.protocol.world import World
from tools.devkit.duckdb_reader import duckdb_reader

LINES = "SELECT count(*) FROM read_json('{files}', format = 'newline_delimited')"
DOUBLED = """
    SELECT count(*) FROM (
        SELECT sid, status FROM read_json('{files}', format = 'newline_delimited')
        GROUP BY sid, status HAVING count(*) > 1
    )
"""


def commits(scenario: Scenario) -> dict[str, bytes]:
    """Return the objects of a scenario without faults, in the order of their commits."""
    world = World(scenario)
    world.make_runs(0, len(scenario.run_times))
    world.finish(after=len(scenario.run_times))
    return world.store.objects


def test_after_every_commit_duckdb_reads_the_dataset_and_finds_nothing_doubled(
    tmp_path: Path,
) -> None:
    store = DirectoryStore(tmp_path)
    files = tmp_path / "executions" / "*" / "*.jsonl.gz"
    lines = 0
    with duckdb_reader() as query:
        for key, body in commits(CROWD).items():
            assert store.put_if_absent(key, body, {})
            lines += gzip.decompress(body).count(b"\n")
            assert query(LINES.format(files=files)) == [(lines,)]
            assert query(DOUBLED.format(files=files)) == [(0,)]
    assert lines > len(CROWD.executions)
