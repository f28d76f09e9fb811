"""What lies in the databases, and what is made of items that somebody else wrote."""

import json
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from studio_export.adapters.dynamodb import DynamoDbCheckpoints
from studio_export.errors import (
    AccessDeniedError,
    CheckpointError,
    StoreUnusableError,
    UnavailableError,
)
from studio_export.export.hints import MAX_WATCHED
from studio_export.model import Checkpoint, Hints, Span
from studio_export.ports import Checkpoints
from tests.contract.checkpoint_tables import (
    FLOW,
    NOW,
    UNTIL,
    DynamoDbBench,
    SqliteBench,
    size_bytes,
)
from tools.devkit.servers.server import NOWHERE, AwsServer

CHECKPOINT = Checkpoint(cursors={120: NOW, 900: NOW - timedelta(hours=1)}, spans={120: 21600})
WITH_HINTS = replace(
    CHECKPOINT,
    hints=Hints((1_795_000_000, 1_795_000_000, 1_795_000_060), {20_775: 7}, 11, 12, 2, 13, 14),
)
HOLE = Span(NOW - timedelta(hours=1), NOW - timedelta(hours=1) + timedelta(seconds=1))
ONE_TRY = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def table(dynamodb_server: AwsServer) -> DynamoDbBench:
    bench = DynamoDbBench(dynamodb_server, f"items-{uuid4().hex}")
    bench.create()
    return bench


@pytest.fixture
def sqlite(tmp_path: Path) -> SqliteBench:
    return SqliteBench(tmp_path / "checkpoints.sqlite")


def saved(
    bench: DynamoDbBench | SqliteBench,
    checkpoint: Checkpoint = CHECKPOINT,
    *,
    release: bool = False,
) -> Checkpoints:
    """Open the checkpoints, and save one under the lease of `a`."""
    checkpoints = bench.open()
    checkpoints.acquire(FLOW, "a", NOW, UNTIL)
    checkpoints.save(FLOW, "a", checkpoint, release=release)
    return checkpoints


def test_the_item_is_the_data_contract(table: DynamoDbBench) -> None:
    saved(table)

    assert table.item(FLOW) == {
        "dataset": {"S": "s3://bucket/studio"},
        "flow_sid": {"S": FLOW},
        "cursors": {
            "M": {"120": {"S": "2026-11-23T14:00:00Z"}, "900": {"S": "2026-11-23T13:00:00Z"}}
        },
        "spans": {"M": {"120": {"N": "21600"}}},
        "holes": {"M": {}},
        "hints": {"B": b""},
        "lease": {"S": "a"},
        "lease_until": {"N": str(int(UNTIL.timestamp()))},
        "version": {"N": "1"},
    }


def test_the_hints_are_compressed_json_as_in_the_data_contract(
    table: DynamoDbBench, sqlite: SqliteBench
) -> None:
    for bench in (table, sqlite):
        saved(bench, WITH_HINTS)
    stored = table.item(FLOW)["hints"]["B"]

    assert json.loads(zlib.decompress(stored)) == {
        "version": "1",
        "flow_sid": FLOW,
        "head": int(NOW.timestamp()),
        "hints": {
            "watched": [1_795_000_000, 0, 60],
            "totals": {"20775": 7},
            "ask_from": 11,
            "ignored_until": 12,
            "unanswered": 2,
            "narrow_until": 13,
            "dropped_until": 14,
        },
    }
    assert sqlite.sql("SELECT hints FROM checkpoints") == [(stored,)]


def test_hints_that_are_0_or_empty_take_no_bytes(table: DynamoDbBench) -> None:
    saved(table, replace(WITH_HINTS, hints=Hints(watched=(1_795_000_000,))))

    stored = json.loads(zlib.decompress(table.item(FLOW)["hints"]["B"]))
    assert stored["hints"] == {"watched": [1_795_000_000]}


def test_a_released_lease_leaves_no_trace(table: DynamoDbBench) -> None:
    saved(table, release=True)

    assert table.item(FLOW).keys().isdisjoint({"lease", "lease_until"})


def test_an_item_of_37_ages_is_below_2_kb(table: DynamoDbBench) -> None:
    ages = [*range(120, 1080, 120), *range(86400, 30 * 86400, 86400)]
    full = Checkpoint(
        cursors={age: NOW - timedelta(seconds=age) for age in ages},
        spans=dict.fromkeys(ages, 15 * 86400),
    )
    checkpoints, owner = table.open(), str(uuid4())
    checkpoints.acquire(FLOW, owner, NOW, UNTIL)
    checkpoints.save(FLOW, owner, full)

    assert len(ages) == 37
    assert size_bytes(table.item(FLOW)) < 2048


def test_an_item_of_15000_watched_executions_is_below_32_kb(table: DynamoDbBench) -> None:
    chance, start = Random(1), int((NOW - timedelta(days=29)).timestamp())
    watched = sorted(start + chance.randrange(29 * 86_400) for _ in range(MAX_WATCHED))
    full = Checkpoint(cursors={120: NOW}, hints=Hints(tuple(watched)))
    checkpoints = saved(table, full)

    assert MAX_WATCHED == 15_000
    assert size_bytes(table.item(FLOW)) < 32 * 1024
    assert checkpoints.acquire(FLOW, "a", NOW, UNTIL) == full


def test_each_call_is_one_request_and_a_refused_lease_is_two(table: DynamoDbBench) -> None:
    client = table.client()
    sent: list[str] = []
    client.meta.events.register(
        "before-call.dynamodb.*", lambda model, **_: sent.append(model.name)
    )
    checkpoints = DynamoDbCheckpoints(client, table.table, table.dataset)

    checkpoints.acquire(FLOW, "a", NOW, UNTIL)
    checkpoints.save(FLOW, "a", CHECKPOINT)
    checkpoints.acquire(FLOW, "b", NOW, UNTIL)
    checkpoints.save(FLOW, "a", CHECKPOINT, release=True)
    checkpoints.release(FLOW, "a")

    assert sent == ["UpdateItem", "UpdateItem", "UpdateItem", "GetItem", "UpdateItem", "UpdateItem"]


def test_datasets_share_a_table(table: DynamoDbBench, sqlite: SqliteBench) -> None:
    for bench in (table, sqlite):
        other = type(bench)(**{**vars(bench), "dataset": "elsewhere"})
        saved(bench)

        assert other.open().acquire(FLOW, "b", NOW, UNTIL) == Checkpoint()
        assert other.open().save(FLOW, "b", Checkpoint(), release=True)
        assert bench.open().acquire(FLOW, "a", NOW, UNTIL) == CHECKPOINT


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("cursors", {"S": "gone"}),
        ("cursors", {"M": {"120": {"N": "1"}}}),
        ("cursors", {"M": {"120": {"S": "yesterday"}}}),
        ("cursors", {"M": {"120": {"S": "2026-11-23T14:00:00+00:00"}}}),
        ("cursors", {"M": {"two": {"S": "2026-11-23T14:00:00Z"}}}),
        ("cursors", {"M": {"-120": {"S": "2026-11-23T14:00:00Z"}}}),
        ("spans", {"L": []}),
        ("spans", {"M": {"120": {"S": "60"}}}),
        ("spans", {"M": {"120": {"N": "0"}}}),
        ("spans", {"M": {"120": {"N": "1.5"}}}),
        ("version", {"S": "one"}),
        ("version", {"N": "0.5"}),
    ],
)
@pytest.mark.parametrize("lease", ["free", "held"])
def test_a_malformed_item_is_refused_with_the_remedy(
    table: DynamoDbBench, attribute: str, value: dict[str, Any], lease: str
) -> None:
    if table.server.name == "moto" and value == {"S": "one"}:
        pytest.skip("moto answers 500 to a comparison of a text with a number")
    checkpoints = saved(table, release=lease == "free")
    table.set(FLOW, attribute, value)

    with pytest.raises(CheckpointError, match=rf"{FLOW}.*{table.table}.*Delete the item"):
        checkpoints.acquire(FLOW, "b", NOW, UNTIL)

    table.delete(FLOW)
    assert checkpoints.acquire(FLOW, "b", NOW, UNTIL) == Checkpoint()


@pytest.mark.parametrize("value", [{"S": "gone"}, {"B": b"gone"}, {"M": {}}, {"NULL": True}])
def test_malformed_hints_of_an_item_are_none_and_hide_no_cursor(
    table: DynamoDbBench, value: dict[str, Any]
) -> None:
    checkpoints = saved(table, WITH_HINTS)
    table.set(FLOW, "hints", value)

    assert checkpoints.acquire(FLOW, "a", NOW, UNTIL) == CHECKPOINT


@pytest.mark.parametrize("value", ["gone", b"gone", 5, None])
def test_malformed_hints_of_a_row_are_none_and_hide_no_cursor(
    sqlite: SqliteBench, value: object
) -> None:
    checkpoints = saved(sqlite, WITH_HINTS)
    sqlite.sql("UPDATE checkpoints SET hints = ?", value)

    assert checkpoints.acquire(FLOW, "a", NOW, UNTIL) == CHECKPOINT


def test_a_lease_without_an_end_holds_nobody_back(table: DynamoDbBench) -> None:
    table.set(FLOW, "lease", {"S": "by hand"})

    assert table.open().acquire(FLOW, "b", NOW, UNTIL) == Checkpoint()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("cursors", "no json"),
        ("cursors", "[]"),
        ("cursors", '{"120": 1}'),
        ("cursors", '{"120": "yesterday"}'),
        ("spans", '{"120": "0"}'),
        ("version", "one"),
    ],
)
def test_a_malformed_row_is_refused_with_the_remedy(
    sqlite: SqliteBench, column: str, value: str
) -> None:
    checkpoints = sqlite.open()
    checkpoints.acquire(FLOW, "a", NOW, UNTIL)
    sqlite.sql(f"UPDATE checkpoints SET {column} = ?", value)  # noqa: S608  (of the list above)

    with pytest.raises(CheckpointError, match="Delete the item: nothing is lost"):
        checkpoints.acquire(FLOW, "a", NOW, UNTIL)


def test_a_file_of_an_earlier_version_gets_the_columns_that_it_lacks(sqlite: SqliteBench) -> None:
    sqlite.sql(
        "CREATE TABLE checkpoints (dataset TEXT NOT NULL, flow_sid TEXT NOT NULL,"
        " cursors TEXT NOT NULL DEFAULT '{}', spans TEXT NOT NULL DEFAULT '{}', lease TEXT,"
        " lease_until INTEGER, version INTEGER NOT NULL, PRIMARY KEY (dataset, flow_sid))"
    )
    cursors = '{"120": "2026-11-23T14:00:00Z", "900": "2026-11-23T13:00:00Z"}'
    sqlite.sql(
        "INSERT INTO checkpoints VALUES (?, ?, ?, ?, NULL, NULL, 1)",
        *(sqlite.dataset, FLOW, cursors, '{"120": "21600"}'),
    )
    checkpoints = sqlite.open()

    assert checkpoints.acquire(FLOW, "a", NOW, UNTIL) == CHECKPOINT
    assert checkpoints.save(FLOW, "a", replace(WITH_HINTS, holes=(HOLE,)))
    assert sqlite.open().acquire(FLOW, "a", NOW, UNTIL) == replace(WITH_HINTS, holes=(HOLE,))


def test_a_missing_table_is_named(dynamodb_server: AwsServer) -> None:
    with pytest.raises(AccessDeniedError, match="dynamodb:UpdateItem on table nowhere"):
        DynamoDbBench(dynamodb_server, "nowhere").open().acquire(FLOW, "a", NOW, UNTIL)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("AccessDeniedException", 400, AccessDeniedError),
        ("UnrecognizedClientException", 400, AccessDeniedError),
        ("ExpiredTokenException", 400, AccessDeniedError),
        ("ProvisionedThroughputExceededException", 400, UnavailableError),
        ("ThrottlingException", 400, UnavailableError),
        ("LimitExceededException", 400, UnavailableError),
        ("ValidationException", 400, StoreUnusableError),  # a table with other keys
        ("InternalServerError", 500, UnavailableError),
    ],
)
@pytest.mark.parametrize("call", ["update_item", "get_item"])
def test_answers_that_tell_nothing_of_the_lease(
    call: str, code: str, status: int, error: type[Exception]
) -> None:
    client = boto3.client("dynamodb", **NOWHERE.client_options())
    with Stubber(client) as stub:
        if call == "get_item":
            stub.add_client_error("update_item", "ConditionalCheckFailedException")
        stub.add_client_error(call, code, http_status_code=status)

        with pytest.raises(error, match=rf"table checkpoints .*{code}"):
            DynamoDbCheckpoints(client, "checkpoints", "d").acquire(FLOW, "a", NOW, UNTIL)


def test_a_list_of_items_that_repeats_its_place_is_an_error() -> None:
    client = boto3.client("dynamodb", **NOWHERE.client_options())
    place = {"dataset": {"S": "d"}, "flow_sid": {"S": FLOW}}
    with Stubber(client) as stub:
        for _ in range(2):
            stub.add_response("query", {"Items": [place], "LastEvaluatedKey": place})

        with pytest.raises(UnavailableError, match=r"list of checkpoints.*truncated"):
            DynamoDbCheckpoints(client, "checkpoints", "d").items()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    client = boto3.client("dynamodb", config=ONE_TRY, **NOWHERE.client_options())

    with pytest.raises(UnavailableError, match="dynamodb:UpdateItem on table t"):
        DynamoDbCheckpoints(client, "t", "d").save(FLOW, "a", CHECKPOINT)
