"""Who imports whom, read from the source without running it."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYER = ROOT / "layers" / "studio_export"
CLI = ROOT / "cli"
FUNCTION = ROOT / "functions" / "exporter"
COMPACTOR = ROOT / "functions" / "compactor"
PLANNER = ROOT / "functions" / "planner"

# Each top folder that holds Python packages, from the top: what stands left may import what
# stands right of it, never back.
LAYERS = ("tests", "tools", "simulator", "studio_export_cli", "studio_export")


@cache
def sources() -> Mapping[str, Path]:
    """Every module by its full name; the handlers are `app`, `compactor_app`, …."""
    roots = {LAYER: "studio_export", CLI: "studio_export_cli"}
    roots |= {ROOT: "simulator"}
    found: dict[str, Path] = {}
    for root, package in roots.items():
        for path in (root / package).rglob("*.py"):
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    handlers = {"app": FUNCTION, "compactor_app": COMPACTOR, "planner_app": PLANNER}
    return {**found, **{name: folder / "app.py" for name, folder in handlers.items()}}


@cache
def files_of(folder: str) -> Mapping[str, Path]:
    """Every module of a top folder that is no package to install: `tests`, `tools`."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in (ROOT / folder).rglob("*.py")
    }


def product() -> Mapping[str, Path]:
    """The modules that Lambda ships."""
    return {name: path for name, path in sources().items() if package_of(name) == "studio_export"}


def package_of(module: str) -> str:
    return module.partition(".")[0]


def room_of(module: str) -> str:
    """`studio_export.log.keys` is in `log`; `studio_export.model` is a room of its own."""
    return [*module.split("."), ""][1]


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(sources()[module].read_text())


def imported(syntax: ast.AST) -> Iterator[str]:
    """The full names that it imports, wherever in it: `json`, `studio_export.log.keys.PROBE`."""
    for node in ast.walk(syntax):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str(base), names=names, level=0):
                yield from (f"{base}.{each.name}" for each in names)
            case ast.ImportFrom():
                raise AssertionError("a relative import")


@cache
def ours(module: str) -> frozenset[str]:
    """The modules of this repository's packages that it imports."""
    names = [name for name in imported(tree(module)) if package_of(name) in LAYERS]
    return frozenset(
        next(name for name in (each, each.rpartition(".")[0]) if name in sources())
        for each in names
    )


@cache
def foreign(module: str) -> frozenset[str]:
    """The top names of all else that it imports."""
    return frozenset(map(package_of, imported(tree(module)))) - set(LAYERS)


def closure(modules: Iterable[str]) -> frozenset[str]:
    """The modules, what they import, what that imports, and so on."""
    reached: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += ours(module)
    return frozenset(reached)


def importers(library: str) -> set[str]:
    """The modules that import a library, or its published types."""
    return {
        module
        for module in sources()
        if any(name == library or name.startswith(f"mypy_{library}_") for name in foreign(module))
    }
