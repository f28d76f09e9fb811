"""Who imports whom, read from the source without running it."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "layers" / "studio_export" / "studio_export"
FUNCTION = ROOT / "functions" / "exporter"
COMPACTOR = ROOT / "functions" / "compactor"

Graph = Mapping[str, frozenset[str]]


@cache
def sources() -> Mapping[str, Path]:
    """Each module by its name within the package, `adapters.gate`; `app` is the exporter's."""
    found = {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
        for path in PACKAGE.rglob("*.py")
    }
    modules = {name.removesuffix(".__init__"): path for name, path in found.items()}
    return {**modules, "app": FUNCTION / "app.py", "compactor_app": COMPACTOR / "app.py"}


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(sources()[module].read_text())


def _imported(module: str) -> Iterator[str]:
    """The full names that the module imports, wherever in it: `json`, `studio_export.log.hour_log.KEY`."""
    for node in ast.walk(tree(module)):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str(base), names=names, level=0):
                yield from (f"{base}.{each.name}" for each in names)
            case ast.ImportFrom():
                raise AssertionError(f"{module} has a relative import")


@cache
def ours(module: str) -> frozenset[str]:
    """The modules of the package that it imports."""
    names = [name.split(".")[1:] for name in _imported(module) if name.startswith("studio_export")]
    return frozenset(
        next(name for name in (".".join(parts), ".".join(parts[:-1])) if name in sources())
        for parts in names
    )


@cache
def foreign(module: str) -> frozenset[str]:
    """The top names of all else that it imports."""
    return frozenset(name.split(".")[0] for name in _imported(module)) - {"studio_export"}


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
