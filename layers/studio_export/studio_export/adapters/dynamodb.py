"""Keep checkpoints in DynamoDB: one small item per Flow.

The export calls UpdateItem and GetItem only. The command's `status` calls Query.
"""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from studio_export.adapters import checkpoint_codec as codec
from studio_export.adapters import hints_codec
from studio_export.adapters.aws_errors import aws_call
from studio_export.errors import (
    CheckpointError,
    StoreError,
    StoreUnusableError,
    UnavailableError,
)
from studio_export.model import Checkpoint, StoredCheckpoint

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Expressions use `#name` for every attribute: DynamoDB's list of reserved words grows.
_NAMES = {
    "#cursors": "cursors",
    "#spans": "spans",
    "#holes": "holes",
    "#hints": "hints",
    "#lease": "lease",
    "#until": "lease_until",
    "#version": "version",
}
_FREE = (
    "(attribute_not_exists(#lease) OR #lease = :owner"
    " OR attribute_not_exists(#until) OR #until <= :now)"
    " AND (attribute_not_exists(#version) OR #version <= :version)"
)
# The type of the values of each map.
_MAP_TYPES = {"cursors": "S", "spans": "N", "holes": "N"}
_OURS = "#lease = :owner"
_TAKE = "SET #lease = :owner, #until = :until, #version = if_not_exists(#version, :version)"
_SAVE = (
    "SET #cursors = :cursors, #spans = :spans, #holes = :holes, #hints = :hints,"
    " #version = :version"
)
_RELEASE = "REMOVE #lease, #until"


class DynamoDbCheckpoints:
    """`Checkpoints` in a table whose keys are `dataset` and `flow_sid`, both text.

    Each change is one UpdateItem, conditional on its owner, so botocore may repeat it when a
    response is lost. One effect is visible: a repeated save with `release` may return False.
    """

    def __init__(self, client: "DynamoDBClient", table: str, dataset: str) -> None:
        self._client = client
        self._table = table
        self._dataset = dataset

    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        values = {
            ":owner": {"S": owner},
            ":now": {"N": str(codec.lease_now(now))},
            ":until": {"N": str(codec.lease_end(expires_at))},
            ":version": {"N": str(codec.VERSION)},
        }
        item = self._update(flow_sid, _TAKE, _FREE, values)
        if item is None:
            # Either another owner has the lease, or the item is newer: reading it raises then.
            self._checkpoint(flow_sid, self._read(flow_sid))
            return None
        return self._checkpoint(flow_sid, item)

    def read(self, flow_sid: str) -> Checkpoint:
        """Return the checkpoint without taking the lease; empty for a new Flow."""
        return self._checkpoint(flow_sid, self._read(flow_sid))

    def items(self) -> list[StoredCheckpoint]:
        """Return every Flow's checkpoint and lease as stored, by Sid."""
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "#dataset = :dataset",
            "ExpressionAttributeNames": {"#dataset": "dataset"},
            "ExpressionAttributeValues": {":dataset": {"S": self._dataset}},
            "ConsistentRead": True,
        }
        items: list[StoredCheckpoint] = []
        while True:
            with self._call("dynamodb:Query"):
                page = self._client.query(**query)
            items += map(self._stored, page.get("Items", []))
            last_key = page.get("LastEvaluatedKey")
            if not last_key:
                return items
            if last_key == query.get("ExclusiveStartKey"):
                raise StoreError(
                    f"the list of checkpoints in table {self._table} is truncated: DynamoDB"
                    " repeats LastEvaluatedKey. Run the command again."
                )
            query["ExclusiveStartKey"] = last_key

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        values: dict[str, Any] = {
            f":{name}": {"M": {key: {_MAP_TYPES[name]: text} for key, text in texts.items()}}
            for name, texts in codec.maps_of(checkpoint).items()
        }
        values |= {
            ":hints": {"B": hints_codec.encode(checkpoint, flow_sid)},
            ":owner": {"S": owner},
            ":version": {"N": str(codec.VERSION)},
        }
        update = f"{_SAVE} {_RELEASE}" if release else _SAVE
        return self._update(flow_sid, update, _OURS, values) is not None

    def release(self, flow_sid: str, owner: str) -> None:
        self._update(flow_sid, _RELEASE, _OURS, {":owner": {"S": owner}})

    def _update(
        self, flow_sid: str, update: str, condition: str, values: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Return the item after the update; None if the condition failed."""
        used = f"{update} {condition}"
        with self._call("dynamodb:UpdateItem"):
            try:
                response = self._client.update_item(
                    TableName=self._table,
                    Key=self._key(flow_sid),
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={n: a for n, a in _NAMES.items() if n in used},
                    ExpressionAttributeValues=values,
                    ReturnValues="ALL_NEW",
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return None
        return response.get("Attributes", {})

    def _read(self, flow_sid: str) -> dict[str, Any]:
        with self._call("dynamodb:GetItem"):
            response = self._client.get_item(
                TableName=self._table, Key=self._key(flow_sid), ConsistentRead=True
            )
        return response.get("Item", {})

    def _call(self, action: str) -> AbstractContextManager[None]:
        """Translate errors. A table with other keys answers `ValidationException`."""
        return aws_call(action, f"table {self._table}", UnavailableError, StoreUnusableError)

    def _checkpoint(self, flow_sid: str, item: dict[str, Any]) -> Checkpoint:
        where = f"table {self._table}"
        try:
            version = item.get("version", {"N": str(codec.VERSION)})["N"]
            codec.refuse_newer(flow_sid, where, version)
            maps = {
                name: {key: value[kind] for key, value in item.get(name, {"M": {}})["M"].items()}
                for name, kind in _MAP_TYPES.items()
            }
        except KeyError as error:
            raise codec.malformed(
                flow_sid, where, f"an attribute is not of type {error}"
            ) from error
        hints = item.get("hints", {}).get("B")
        return codec.read_checkpoint(flow_sid, where, **maps, hints=hints)

    def _stored(self, item: dict[str, Any]) -> StoredCheckpoint:
        flow_sid = item["flow_sid"]["S"]
        lease = codec.read_lease(
            item.get("lease", {}).get("S"), item.get("lease_until", {}).get("N")
        )
        try:
            return StoredCheckpoint(flow_sid, self._checkpoint(flow_sid, item), lease)
        except CheckpointError as error:
            return StoredCheckpoint(flow_sid, lease=lease, fault=str(error))

    def _key(self, flow_sid: str) -> dict[str, Any]:
        return {"dataset": {"S": self._dataset}, "flow_sid": {"S": flow_sid}}
