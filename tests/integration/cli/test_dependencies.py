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


def test_a_run_into_a_directory_imports_neither_boto3_botocore_nor_powertools(
    environment: dict[str, str], to: Path
) -> None:
    ended = _python(_RUN, "run", "--to", str(to), environment=environment)

    result = json.loads(ended.stderr.splitlines()[-1])
    assert result["code"] == 0, ended.stderr
    assert list((to / "executions").glob("*/*.jsonl.gz"))
    imported = {name.partition(".")[0] for name in result["modules"]}
    assert "studio_export_cli" in imported
    assert imported & {"boto3", "botocore", "aws_lambda_powertools", "pyarrow"} == set()


def test_without_the_extra_cli_one_line_says_what_to_install() -> None:
    ended = _python(_WITHOUT_TYPER, "--help", environment={})

    assert ended.returncode == 2
    assert ended.stderr == (
        "studio-export: cannot start: the package typer is not installed."
        " Run: pip install 'studio-export[cli]'\n"
    )
