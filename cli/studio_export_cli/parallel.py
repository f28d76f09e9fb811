"""Map a function over items on threads, with the progress on stderr."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.progress import show_progress

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_MAX_AHEAD = 4  # results for each thread that wait to be taken


def map_concurrently(
    work: Callable[[_Item], _Result],
    items: Sequence[_Item],
    concurrency: int,
    task: str,
    heartbeat: Heartbeat,
) -> Iterator[_Result]:
    """Yield the result of `work` for each item, in their order; `task` names the progress.

    A caller that takes the results slowly holds the work back, so few results are in memory.

    Raises:
        Exception: what `work` raises; items that were not started by then are not started.
    """
    with (
        ThreadPoolExecutor(concurrency, thread_name_prefix="map") as executor,
        show_progress(heartbeat) as progress,
    ):
        started = (executor.submit(work, item) for item in items)
        results: deque[Future[_Result]] = deque(islice(started, _MAX_AHEAD * concurrency))
        try:
            for number in range(1, len(items) + 1):
                result = results.popleft().result()
                results.extend(islice(started, 1))
                progress.update(task, number / len(items), f"{number:,} of {len(items):,}")
                yield result
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
