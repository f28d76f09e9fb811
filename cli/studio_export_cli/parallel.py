"""Map a function over items on threads, with the progress on stderr."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.progress import show_progress

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def map_concurrently(
    work: Callable[[_Item], _Result],
    items: Sequence[_Item],
    concurrency: int,
    task: str,
    heartbeat: Heartbeat,
) -> Iterator[_Result]:
    """Yield the result of `work` for each item, in their order; `task` names the progress.

    Raises:
        Exception: what `work` raises; items that were not started by then are not started.
    """
    with (
        ThreadPoolExecutor(concurrency, thread_name_prefix="map") as executor,
        show_progress(heartbeat) as progress,
    ):
        try:
            for number, result in enumerate(executor.map(work, items), 1):
                progress.update(task, number / len(items), f"{number:,} of {len(items):,}")
                yield result
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
