"""The checkpoints under contract, and a hand that reaches into their items behind their back."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import boto3

from studio_export.adapters.dynamodb import DynamoDbCheckpoints
from studio_export.ports import Checkpoints
from studio_export_cli.stores.sqlite import SqliteCheckpoints
from tools.devkit.fakes.checkpoints import Item, MemoryCheckpoints
from tools.devkit.servers.server import AwsServer

FLOW = "FW" + "0" * 32
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=5)  # when a lease ends that is taken now


class CheckpointBench(Protocol):
    """`races`: whether two callers at once may be let loose on it. `processes`: even from two."""

    @property
    def races(self) -> bool: ...

    @property
    def processes(self) -> bool: ...

    def open(self) -> Checkpoints: ...

    def item(self, flow_sid: str) -> object:
        """The item as it is stored, to compare."""
        ...

    def delete(self, flow_sid: str) -> None: ...

    def set_version(self, flow_sid: str, version: int) -> None: ...


class MemoryBench:
    races = True
    processes = False

    def __init__(self) -> None:
        self._checkpoints = MemoryCheckpoints()

    def open(self) -> Checkpoints:
        return self._checkpoints

    def item(self, flow_sid: str) -> object:
        return self._checkpoints.items.get(flow_sid)

    def delete(self, flow_sid: str) -> None:
        del self._checkpoints.items[flow_sid]

    def set_version(self, flow_sid: str, version: int) -> None:
        item = self._checkpoints.items.get(flow_sid, Item())
        self._checkpoints.items[flow_sid] = replace(item, version=version)


@dataclass(frozen=True)
class SqliteBench:
    path: Path
    dataset: str = "file:///data"
    races: bool = True
    processes: bool = True

    def open(self) -> Checkpoints:
        return SqliteCheckpoints(self.path, self.dataset)

    def item(self, flow_sid: str) -> object:
        return self.sql("SELECT * FROM checkpoints WHERE flow_sid = ?", flow_sid)

    def delete(self, flow_sid: str) -> None:
        self.sql("DELETE FROM checkpoints WHERE flow_sid = ?", flow_sid)

    def set_version(self, flow_sid: str, version: int) -> None:
        self.sql("UPDATE checkpoints SET version = ? WHERE flow_sid = ?", version, flow_sid)

    def sql(self, statement: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(statement, values).fetchall()


@dataclass(frozen=True)
class DynamoDbBench:
    server: AwsServer
    table: str
    dataset: str = "s3://bucket/studio"

    @property
    def races(self) -> bool:
        return self.server.name != "moto"  # whose compare-and-set is not atomic

    @property
    def processes(self) -> bool:
        return self.races

    def open(self) -> Checkpoints:
        return DynamoDbCheckpoints(self.client(), self.table, self.dataset)

    def item(self, flow_sid: str) -> Any:
        answer = self.client().get_item(
            TableName=self.table, Key=self._key(flow_sid), ConsistentRead=True
        )
        return answer.get("Item")

    def delete(self, flow_sid: str) -> None:
        self.client().delete_item(TableName=self.table, Key=self._key(flow_sid))

    def set_version(self, flow_sid: str, version: int) -> None:
        self.set(flow_sid, "version", {"N": str(version)})

    def set(self, flow_sid: str, attribute: str, value: Any) -> None:
        self.client().update_item(
            TableName=self.table,
            Key=self._key(flow_sid),
            UpdateExpression="SET #a = :v",
            ExpressionAttributeNames={"#a": attribute},
            ExpressionAttributeValues={":v": value},
        )

    def create(self) -> None:
        self.client().create_table(
            TableName=self.table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "dataset", "KeyType": "HASH"},
                {"AttributeName": "flow_sid", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "dataset", "AttributeType": "S"},
                {"AttributeName": "flow_sid", "AttributeType": "S"},
            ],
        )
        self.client().get_waiter("table_exists").wait(
            TableName=self.table, WaiterConfig={"Delay": 1}
        )

    def client(self) -> Any:
        return boto3.client("dynamodb", **self.server.client_options())

    def _key(self, flow_sid: str) -> dict[str, dict[str, str]]:
        return {"dataset": {"S": self.dataset}, "flow_sid": {"S": flow_sid}}


def size_bytes(value: Any) -> int:
    """What DynamoDB counts, of an item or of a value with its type.

    Text as UTF-8; bytes as they are; a number as a byte for two digits and two more, at most; a
    map's 3 bytes and one more for each pair:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    if "S" in value:
        return len(value["S"].encode())
    if "B" in value:
        return len(value["B"])
    if "N" in value:
        return (len(value["N"]) + 1) // 2 + 2
    if "M" in value:
        return 3 + len(value["M"]) + size_bytes(value["M"])
    return sum(len(name.encode()) + size_bytes(inner) for name, inner in value.items())
