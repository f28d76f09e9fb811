"""The arguments of a command, as each account's own process is given them. Pure."""

from collections.abc import Sequence

from studio_export.accounts import dataset
from studio_export.errors import ConfigurationError

_TO = "--to"


def of_account(arguments: Sequence[str], name: str) -> list[str]:
    """Return the arguments with the dataset of the account in place of that of all.

    Raises:
        ConfigurationError: there is no `--to`, below which the accounts' datasets are.
    """
    ours = list(arguments)
    for index, argument in enumerate(ours):
        if argument == _TO and index + 1 < len(ours):
            ours[index + 1] = dataset(ours[index + 1], name)
            return ours
        if argument.startswith(f"{_TO}="):
            ours[index] = dataset(argument, name)
            return ours
    raise ConfigurationError(
        f"--account needs --to: the dataset of {name} is {dataset('DATASET', name)}. Give --to"
        " DATASET after the command."
    )


def check_for_many(arguments: Sequence[str]) -> None:
    """Refuse what several accounts cannot do at once.

    Raises:
        ConfigurationError: the command would not end.
    """
    if any(argument.split("=")[0] == "--every" for argument in arguments):
        raise ConfigurationError(
            "--every does not end, so it is for one account. Start a process for each account, or"
            " run the command without --every on a schedule."
        )
