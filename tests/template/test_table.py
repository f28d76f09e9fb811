"""The checkpoints' table."""

from tools.devkit.template.rendered import Rendered


def test_the_keys_are_those_of_the_data_contract(stack: Rendered) -> None:
    table = stack.properties("Checkpoints")

    assert table["KeySchema"] == [
        {"AttributeName": "dataset", "KeyType": "HASH"},
        {"AttributeName": "flow_sid", "KeyType": "RANGE"},
    ]
    assert {each["AttributeType"] for each in table["AttributeDefinitions"]} == {"S"}


def test_the_table_is_paid_on_demand(stack: Rendered) -> None:
    assert stack.properties("Checkpoints")["BillingMode"] == "PAY_PER_REQUEST"


def test_the_table_can_be_restored_to_a_point_in_time(stack: Rendered) -> None:
    recovery = stack.properties("Checkpoints")["PointInTimeRecoverySpecification"]

    assert recovery["PointInTimeRecoveryEnabled"] is True


def test_the_table_is_protected_from_deletion(stack: Rendered) -> None:
    assert stack.properties("Checkpoints")["DeletionProtectionEnabled"] is True
