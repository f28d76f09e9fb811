"""DuckDB as a consumer, in a process of its own.

In the process of a long test run its shutdown prints pages of warnings about leaked instances.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

Rows = list[tuple[Any, ...]]


@contextmanager
def duckdb_reader() -> Iterator[Callable[[str], Rows]]:
    """Yield a function that runs a query and returns its rows."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        yield lambda query: process.submit(_rows, query).result()


def _rows(query: str) -> Rows:
    import duckdb  # noqa: PLC0415  only in the child

    rows: Rows = duckdb.execute(query).fetchall()
    return rows
