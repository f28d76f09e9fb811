"""Importing any module opens no socket, starts no process, writes no file, needs no variable."""

import json
import sys
from pathlib import Path

import pytest

from tests.architecture.imports import (
    CLI,
    COMPACTOR,
    FUNCTION,
    LAYER,
    PLANNER,
    ROOT,
    package_of,
    sources,
)
from tools.devkit import program

# Imports the modules that it is given, and says what the interpreter was asked to do meanwhile.
WATCH = """
import json, os, sys
here = [os.path.realpath(path) for path in (sys.prefix, sys.base_prefix, *sys.argv[2:])]
done = []
def hook(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, int):
            return
        path = os.path.realpath(os.fsdecode(path))
        write = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        if set(mode or "") & set("wax+") or flags & write:
            done.append(f"wrote {path}")
        elif not any(path.startswith(each + os.sep) for each in here):
            done.append(f"read {path}")
    elif event.startswith(FORBIDDEN):
        done.append(event)
FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.spawn",
    "os.mkdir", "os.remove", "os.rename", "os.link", "os.putenv", "os.unsetenv", "shutil.",
    "sqlite3.connect", "urllib.Request", "http.client", "tempfile.", "signal.", "_thread.start",
)
sys.path[:0] = sys.argv[2:]
import importlib
import urllib3  # the library's own probe for IPv6 binds a socket, and sends nothing
sys.addaudithook(hook)
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
json.dump({"done": done, "modules": sorted(sys.modules)}, sys.stdout)
"""


def watched(*modules: str, function: Path = FUNCTION) -> tuple[list[str], set[str]]:
    """What was done while the modules were imported, and which modules are loaded then."""
    return watched_on([function, LAYER, CLI], *modules)


def watched_on(paths: list[Path], *modules: str) -> tuple[list[str], set[str]]:
    command = [sys.executable, "-B", "-c", WATCH, json.dumps(modules), *map(str, paths)]
    ran = program.run(command, env={}, cwd=ROOT)
    assert (ran.returncode, ran.stderr) == (0, "")
    report = json.loads(ran.stdout)
    return report["done"], set(report["modules"])


def test_importing_the_handler_does_no_io_and_loads_neither_command_nor_embedded_stores() -> None:
    done, modules = watched("app")
    assert done == []
    assert not {"typer", "rich", "click", "sqlite3", "duckdb"} & modules
    assert "studio_export_cli.main" not in modules
    assert "studio_export_cli.stores.directory" not in modules


def test_a_cold_start_loads_the_export_of_details_only_where_it_is_on() -> None:
    _, modules = watched("app")
    assert not {each for each in modules if each.startswith("studio_export.details.")}
    assert "studio_export.details.detail_export" in watched("studio_export.detail_wiring")[1]


def test_importing_the_compactors_handler_does_no_io() -> None:
    done, modules = watched("app", function=COMPACTOR)
    assert done == []
    assert "studio_export.compaction.compactor" in modules
    assert not {"typer", "rich", "pyarrow"} & modules


def test_importing_the_planners_handler_does_no_io_and_loads_no_details() -> None:
    done, modules = watched("app", function=PLANNER)
    assert done == []
    assert "studio_export.fleet.planner" in modules
    assert not {each for each in modules if each.startswith("studio_export.details.")}


def test_importing_any_module_does_nothing() -> None:
    # The other handlers are `app` too, and the simulator is not installed.
    handlers = {"compactor_app", "planner_app"}
    modules = sorted(
        each for each in sources() if each not in handlers and package_of(each) != "simulator"
    )
    done, _ = watched(*modules)
    assert done == []


@pytest.mark.parametrize(
    ("statement", "event"),
    [("import socket; socket.socket()", "socket."), ("open('x', 'w')", "wrote")],
)
def test_the_watch_itself_sees_what_it_looks_for(
    statement: str, event: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("watched")
    (directory / "noisy.py").write_text(statement.replace("'x'", f"{str(directory / 'x')!r}"))
    done, _ = watched_on([directory], "noisy")
    assert any(each.startswith(event) for each in done)
