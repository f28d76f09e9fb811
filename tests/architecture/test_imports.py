"""The import rules: rooms from the top down, I/O in the adapters, the environment in one place."""

import ast
from pathlib import Path

import pytest

from tests.architecture.imports import (
    COMPACTOR,
    FUNCTION,
    LAYER,
    LAYERS,
    PLANNER,
    closure,
    files_of,
    foreign,
    imported,
    importers,
    ours,
    package_of,
    product,
    room_of,
    sources,
    tree,
)

# From the top. A room imports itself and rooms that stand after its line.
ROOMS = (
    ("function",),
    ("wiring",),
    ("detail_wiring",),
    ("detail_settings", "fleet_settings"),
    ("settings",),
    ("export", "compaction", "fleet"),
    ("details",),
    ("privacy",),
    ("log",),
    ("twilio", "adapters"),
    ("accounts",),
    ("env_values", "workers"),
    ("ports", "errors", "instants", "version"),
    ("summary",),
    ("model", "shard"),
)
RANK = {room: rank for rank, line in enumerate(ROOMS) for room in line}
# errors.py and model.py stand beside each other's: errors carry counts, ports name errors.
PURE = (
    "model",
    "summary",
    "errors",
    "instants",
    "shard",
    "twilio",
    "privacy",
    "log",
    "export",
    "details",
    "compaction",
    "fleet",
)
PURE_FUNCTION = ("answer", "event", "plan", "request", "result", "work", "compaction_result")

HANDLERS = ("app", "compactor_app", "planner_app")
EXPORTER = closure({"app"})
LAMBDA = closure(HANDLERS)
AWS_ADAPTERS = {f"studio_export.adapters.{each}" for each in ("s3", "dynamodb", "secrets_manager")}
AWS_OF_THE_COMMAND = {
    *(f"studio_export_cli.doctor.aws_{each}" for each in ("bucket", "table", "stack")),
    "studio_export_cli.replay.deployed_function",
}
LONGEST_MODULE = 230

# What does I/O, or is there to do it.
FOR_IO = {"boto3", "botocore", "http", "os", "pathlib", "shutil", "socket", "sqlite3", "ssl"}
FOR_IO |= {"subprocess", "sys", "tempfile", "time", "urllib3", "aws_lambda_powertools"}


def _of_package(package: str) -> dict[str, Path]:
    return {name: path for name, path in sources().items() if package_of(name) == package}


@pytest.mark.parametrize("module", sorted(product()))
def test_a_room_imports_only_rooms_below_it(module: str) -> None:
    room = room_of(module)
    if not room:
        return
    upward = {
        other
        for other in ours(module)
        if room_of(other) != room and RANK[room_of(other)] <= RANK[room]
    }
    assert upward == set()


def test_every_room_has_its_place() -> None:
    assert {room_of(module) for module in product()} - {""} == RANK.keys()


@pytest.mark.parametrize("module", sorted(product()))
def test_the_product_names_no_module_of_command_simulator_tools_or_tests(module: str) -> None:
    assert {package_of(name) for name in imported(tree(module))} & {*LAYERS[:-1]} == set()


@pytest.mark.parametrize("folder", ["tools", "simulator", "studio_export_cli"])
def test_imports_go_from_tests_to_tools_to_simulator_to_product_never_back(folder: str) -> None:
    above = set(LAYERS[: LAYERS.index(folder)])
    modules = files_of(folder) if folder == "tools" else _of_package(folder)
    back = {
        name: path
        for name, path in modules.items()
        if above & {package_of(each) for each in imported(ast.parse(path.read_text()))}
    }
    assert back == {}


@pytest.mark.parametrize("module", sorted(product()))
def test_the_core_has_no_library_to_do_io_with(module: str) -> None:
    if room_of(module) in PURE or module.rpartition(".")[2] in PURE_FUNCTION:
        # PurePath is a way to read a path's name; a Path can open it.
        paths_alone = {"pathlib"} if module == "studio_export.export.scheduler" else set()
        assert foreign(module) & FOR_IO <= paths_alone


def test_the_aws_sdk_is_in_its_adapters_alone() -> None:
    aws = AWS_ADAPTERS | AWS_OF_THE_COMMAND
    assert importers("boto3") <= {*aws, "studio_export.adapters.aws_clients"}
    assert importers("botocore") <= {
        *aws,
        "studio_export.adapters.aws_clients",
        "studio_export.adapters.aws_errors",
    }


def test_urllib3_is_in_the_twilio_adapter_alone() -> None:
    assert importers("urllib3") == {
        "studio_export.adapters.twilio_http",
        "studio_export.adapters.twilio_connection",
    }


def test_powertools_are_in_the_handlers_and_the_telemetry_alone() -> None:
    assert importers("aws_lambda_powertools") == {*HANDLERS, "studio_export.function.telemetry"}


def test_the_lambda_loads_nothing_of_the_command() -> None:
    assert {package_of(module) for module in LAMBDA} == {"studio_export", *HANDLERS}
    assert not {"typer", "rich", "click"} & {name for each in LAMBDA for name in foreign(each)}


def test_the_handlers_see_the_room_function_alone() -> None:
    for handler in HANDLERS:
        assert {room_of(module) for module in ours(handler)} == {"function"}


def test_the_exporter_loads_nothing_of_the_compaction_and_the_planner() -> None:
    rooms = {room_of(module) for module in EXPORTER}

    assert not {"compaction", "fleet", "fleet_settings"} & rooms


def test_the_environment_is_read_by_the_settings_alone() -> None:
    readers = {
        module
        for module in product()
        for node in ast.walk(tree(module))
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"})
        or (isinstance(node, ast.ImportFrom) and node.module == "os")
    }
    assert readers == {"studio_export.settings"}


@pytest.mark.parametrize("module", sorted({*product(), *_of_package("studio_export_cli")}))
def test_no_module_imports_itself_by_any_way(module: str) -> None:
    assert module not in closure(ours(module))


@pytest.mark.parametrize("module", sorted(sources()))
def test_a_module_is_short_enough_to_be_one_concept(module: str) -> None:
    assert len(sources()[module].read_text().splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("function", [FUNCTION, COMPACTOR, PLANNER], ids=lambda each: each.name)
def test_a_function_is_one_python_file(function: Path) -> None:
    assert [path.name for path in function.rglob("*.py")] == ["app.py"]


@pytest.mark.parametrize("app", HANDLERS)
def test_a_handler_reads_as_one_sentence(app: str) -> None:
    (handler,) = (node for node in tree(app).body if isinstance(node, ast.FunctionDef))
    body = handler.body[1:]  # after its docstring
    assert handler.name == "lambda_handler"
    assert (body[-1].end_lineno or 0) - body[0].lineno < 15


def test_every_module_that_lambda_ships_is_under_the_layers_path() -> None:
    assert all(path.is_relative_to(LAYER) for path in product().values())
