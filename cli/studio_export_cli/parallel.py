"""Work on threads, with its progress on stderr."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from studio_export_cli import progress

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def side_by_side(
    work: Callable[[_Item], _Result], items: Sequence[_Item], at_once: int, what: str
) -> list[_Result]:
    """What `work` makes of each item, in their order; `what` tells what they are, and done.

    Raises:
        Exception: as `work` does; what was not begun then is not.
    """
    with ThreadPoolExecutor(at_once, thread_name_prefix="side-by-side") as executor:
        done = executor.map(work, items)
        try:
            return list(progress.counted(done, len(items), what))
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
