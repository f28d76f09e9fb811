"""Read the configuration of the table of checkpoints."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio_export.adapters.aws_errors import aws_call

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class TableState:
    """The table. `keys` are `name type role`, such as `dataset S HASH`."""

    status: str
    keys: tuple[str, ...]


class TableInspection:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def state(self) -> TableState | None:
        """Return None if the table does not exist."""
        with aws_call("dynamodb:DescribeTable", f"table {self._table}"):
            try:
                table = self._client.describe_table(TableName=self._table)["Table"]
            except self._client.exceptions.ResourceNotFoundException:
                return None
        types = {
            each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]
        }
        keys = (
            f"{key['AttributeName']} {types[key['AttributeName']]} {key['KeyType']}"
            for key in table["KeySchema"]
        )
        return TableState(table["TableStatus"], tuple(keys))

    def has_point_in_time_recovery(self) -> bool:
        with aws_call("dynamodb:DescribeContinuousBackups", f"table {self._table}"):
            answer = self._client.describe_continuous_backups(TableName=self._table)
        described = answer["ContinuousBackupsDescription"]
        recovery = described.get("PointInTimeRecoveryDescription", {})
        return recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
