"""The import rule: one way, the I/O in the adapters, the environment in one place."""

import ast
from pathlib import Path

import pytest

from tests.architecture.imports import (
    COMPACTOR,
    FUNCTION,
    ROOT,
    closure,
    foreign,
    importers,
    ours,
    sources,
    tree,
)

ADAPTERS = {name for name in sources() if name.startswith("adapters.")}
CORE = closure({"export", "compactor"})
EXPORTER = closure({"app"})
LAMBDA = closure({"app", "compactor_app"})
HANDLERS = ("app", "compactor_app")
COMMAND = {name for name in sources() if name.split(".")[0] == "command"}
AWS = {"adapters.s3_store", "adapters.dynamodb_checkpoints", "adapters.secret_credentials"}
# What only a person looks at, by the command.
AWS |= {f"adapters.{each}_inspection" for each in ("bucket", "table", "stack")}
AWS |= {"adapters.lambda_function"}
LONGEST_MODULE = 230

# What does I/O, or is there to do it.
FOR_IO = {"boto3", "botocore", "http", "os", "pathlib", "shutil", "socket", "sqlite3", "ssl"}
FOR_IO |= {"subprocess", "sys", "tempfile", "time", "urllib3", "aws_lambda_powertools"}


def test_the_core_imports_neither_adapters_nor_bootstrap_nor_settings_nor_the_command() -> None:
    outside = {*ADAPTERS, *COMMAND, "bootstrap", "settings", "telemetry", *HANDLERS}
    assert CORE & outside == set()


def test_the_core_is_what_the_map_of_the_package_names() -> None:
    assert {"export", "sweep", "log", "records", "ports", "model", "errors"} <= CORE


@pytest.mark.parametrize("module", sorted(CORE))
def test_the_core_has_no_library_to_do_io_with(module: str) -> None:
    # PurePath is a way to read a path's name; a Path can open it.
    paths_alone = {"pathlib"} if module == "invocation" else set()
    assert foreign(module) & FOR_IO <= paths_alone


def test_ages_days_pages_records_rows_and_events_are_pure() -> None:
    for module in ("ages", "daily", "json_text", "model", "page", "records", "rows", "event"):
        assert "ports" not in closure({module})


@pytest.mark.parametrize("module", sorted(ADAPTERS))
def test_an_adapter_knows_model_errors_ports_and_other_adapters_alone(module: str) -> None:
    assert ours(module) <= ADAPTERS | {"model", "errors", "ports", "version"}


def test_the_aws_sdk_is_in_its_adapters_and_the_composition_root() -> None:
    assert importers("boto3") <= AWS  # its types alone: botocore is what runs
    assert importers("botocore") <= {*AWS, "adapters.aws_errors", "bootstrap"}


def test_urllib3_is_in_the_studio_adapter_alone() -> None:
    assert importers("urllib3") == {"adapters.studio_http"}


def test_powertools_are_in_the_handlers_and_the_telemetry_alone() -> None:
    assert importers("aws_lambda_powertools") == {*HANDLERS, "telemetry"}


def test_the_lambda_loads_nothing_of_the_command() -> None:
    assert not COMMAND & LAMBDA
    assert not {"typer", "rich", "click"} & {name for each in LAMBDA for name in foreign(each)}


def test_nothing_but_the_command_imports_the_command() -> None:
    assert {module for module in sources() if ours(module) & COMMAND} <= COMMAND


def test_the_handler_sees_the_bootstrap_the_event_and_the_report() -> None:
    assert ours("app") == {"bootstrap", "event", "report"}
    assert ours("compactor_app") == {"compactor_bootstrap", "compaction_report"}


def test_the_exporter_loads_nothing_of_the_compaction() -> None:
    assert not EXPORTER & {"compactor", "compaction", "compaction_report", "rows", "daily"}


def test_the_environment_is_read_by_the_settings_alone() -> None:
    readers = {
        module
        for module in sources()
        for node in ast.walk(tree(module))
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"})
        or (isinstance(node, ast.ImportFrom) and node.module == "os")
    }
    assert readers == {"settings"}


@pytest.mark.parametrize("module", sorted(sources()))
def test_no_module_imports_itself_by_any_way(module: str) -> None:
    assert module not in closure(ours(module))


@pytest.mark.parametrize("module", sorted(sources()))
def test_a_module_is_short_enough_to_be_one_concept(module: str) -> None:
    assert len(sources()[module].read_text().splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("function", [FUNCTION, COMPACTOR], ids=lambda each: each.name)
def test_a_function_is_one_python_file(function: Path) -> None:
    assert [path.name for path in function.rglob("*.py")] == ["app.py"]


@pytest.mark.parametrize("app", HANDLERS)
def test_a_handler_reads_as_one_sentence(app: str) -> None:
    (handler,) = (node for node in tree(app).body if isinstance(node, ast.FunctionDef))
    body = handler.body[1:]  # after its docstring
    assert handler.name == "lambda_handler"
    assert (body[-1].end_lineno or 0) - body[0].lineno < 15


def test_every_module_of_the_package_is_under_the_layers_path() -> None:
    layer = ROOT / "layers" / "studio_export"
    assert all(
        path.is_relative_to(layer) for name, path in sources().items() if name not in HANDLERS
    )
