"""`--shard`: several commands share one export by Flow."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator.studio import Studio
from studio_export.shard import shards_of
from tests.integration.cli.running import expected_lines, lines, run

_SHARDS = shards_of(3)


def _range() -> tuple[str, ...]:
    return "--since", f"{datetime.now(UTC) - timedelta(days=29):%Y-%m-%d}", "--until", "2100-01-01"


def test_the_runs_of_all_shards_export_every_flow_once(studio: Studio, to: Path) -> None:
    flows = []
    for shard in _SHARDS:
        result = run("run", "--to", to, "--shard", shard, "--json", code=0)
        flows += json.loads(result.stdout)["flows"]
    assert sorted(flows) == sorted(flow.sid for flow in studio.account.flows)
    assert lines(to) == expected_lines(*studio.account.flows)


def test_a_replay_and_a_verification_of_a_shard_leave_other_flows_alone(
    studio: Studio, exported: Path
) -> None:
    for command in ("replay", "verify"):
        flows = []
        for shard in _SHARDS:
            result = run(command, "--to", exported, *_range(), "--shard", shard, "--json", code=0)
            flows += json.loads(result.stdout)["flows"]
        assert sorted(flows) == sorted(flow.sid for flow in studio.account.flows)


def test_a_malformed_shard_is_refused_before_anything_is_asked(to: Path) -> None:
    for text in ("3/3", "x", "1/0"):
        result = run("run", "--to", to, "--shard", text, code=2)
        assert "is not a shard" in result.output.replace("\n", " ")
    assert not to.exists()
