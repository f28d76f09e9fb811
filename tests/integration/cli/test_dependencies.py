"""What the command imports, and what it prints if its packages are missing."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tools.devkit import program

_RUN = """
import json, sys
from studio_export_cli.main import main
try:
    main()
except SystemExit as ended:
    print(json.dumps({"code": ended.code, "modules": sorted(sys.modules)}), file=sys.stderr)
"""
_WITHOUT_TYPER = """
import sys
sys.modules["typer"] = None
from studio_export_cli.main import main
main()
"""


def _python(
    code: str, *arguments: str, environment: dict[str, str]
) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code, *arguments]
    return program.run(command, env={**os.environ, **environment})


def _modules(ended: "subprocess.CompletedProcess[str]") -> set[str]:
    """What the process had imported at its end."""
    result = json.loads(ended.stderr.splitlines()[-1])
    assert result["code"] == 0, ended.stderr
    return set(result["modules"])


def test_a_run_into_a_directory_imports_neither_boto3_botocore_nor_powertools(
    environment: dict[str, str], to: Path
) -> None:
    ended = _python(_RUN, "run", "--to", str(to), environment=environment)

    assert list((to / "executions").glob("*/*.jsonl.gz"))
    imported = {name.partition(".")[0] for name in _modules(ended)}
    assert "studio_export_cli" in imported
    assert imported & {"boto3", "botocore", "aws_lambda_powertools", "pyarrow"} == set()


def test_a_command_imports_no_other_and_nothing_that_only_bars_or_many_accounts_need() -> None:
    modules = _modules(_python(_RUN, "status", "--help", environment={}))

    assert "studio_export_cli.status.command" in modules
    commands = {name for name in modules if name.endswith(".command")}
    assert commands == {"studio_export_cli.status.command"}
    assert modules & {"rich.progress", "asyncio"} == set()


def test_the_version_is_printed_without_any_command() -> None:
    ended = _python(_RUN, "--version", environment={})

    assert ended.stdout.startswith("studio-export ")
    assert not {name for name in _modules(ended) if name.endswith(".command")}


def test_without_the_extra_cli_one_line_says_what_to_install() -> None:
    ended = _python(_WITHOUT_TYPER, "--help", environment={})

    assert ended.returncode == 2
    assert ended.stderr == (
        "studio-export: cannot start: the package typer is not installed."
        " Run: pip install 'studio-export[cli]'\n"
    )
