"""Accounts of the command: arguments, exit code and table, without any process."""

import pytest

from studio_export.errors import ConfigurationError
from studio_export_cli.accounts import text
from studio_export_cli.accounts.arguments import check_for_many, of_account
from studio_export_cli.accounts.processes import AccountResult


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("run --to s3://b/studio/", "run --to s3://b/studio/account=acme"),
        ("run --to=./x --json", "run --to=./x/account=acme --json"),
        ("status --grace 1h --to x", "status --grace 1h --to x/account=acme"),
    ],
)
def test_the_dataset_of_an_account_is_below_that_of_all(given: str, wanted: str) -> None:
    assert of_account(given.split(), "acme") == wanted.split()


@pytest.mark.parametrize("given", ["run", "run --to", "replay --function x"])
def test_without_a_dataset_accounts_are_refused(given: str) -> None:
    with pytest.raises(ConfigurationError, match=r"--account needs --to.*DATASET/account=acme"):
        of_account(given.split(), "acme")


@pytest.mark.parametrize("argument", ["--every", "--every=15m"])
def test_what_never_ends_is_for_one_account(argument: str) -> None:
    with pytest.raises(ConfigurationError, match="--every does not end"):
        check_for_many(["run", "--to", "x", argument])


@pytest.mark.parametrize(
    ("codes", "wanted"),
    [((0, 0), 0), ((0, 75), 75), ((75, 75), 75), ((0, 3), 1), ((75, 2), 1), ((0, -9), 1)],
)
def test_any_trouble_is_1_and_work_that_is_left_75(codes: tuple[int, ...], wanted: int) -> None:
    results = [AccountResult(str(index), code) for index, code in enumerate(codes)]
    assert text.exit_code(results) == wanted


def test_the_table_has_the_last_line_of_each_account() -> None:
    refused = "studio-export: refused: HTTP 401. Look at the key.\n"
    results = [
        AccountResult(
            "acme", 0, "FW1  3 lines\n1 Flow: 3 lines\n", "studio-export: still working."
        ),
        AccountResult("globex-europe", 3, "", refused),
        AccountResult("initech", 75, "1 Flow: 0 lines\n", "studio-export: work is left.\n"),
    ]
    *_, heading, acme, globex, initech, total = text.lines(results)
    assert heading == "ACCOUNT        EXIT  RESULT"
    assert acme == "acme              0  1 Flow: 3 lines"
    assert globex == "globex-europe     3  refused: HTTP 401. Look at the key."
    assert initech == "initech          75  work is left."
    assert total == "3 accounts, 1 failed"


def test_json_has_what_each_account_printed_parsed_or_as_it_is() -> None:
    printed = '{"complete": true}\nnot json\n'
    assert text.as_json([AccountResult("acme", 1, printed, "studio-export: no.\n")]) == {
        "accounts": {
            "acme": {
                "exit_code": 1,
                "output": [{"complete": True}, "not json"],
                "errors": ["no."],
            }
        }
    }
