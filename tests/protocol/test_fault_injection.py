import pytest

from tests.protocol.life import live_until
from tests.protocol.oracle import BrokenPromiseError
from tests.protocol.scenarios import TWO_AGES


def test_a_broken_promise_in_the_middle_of_a_sweep_is_not_swallowed() -> None:
    world = live_until(TWO_AGES, run_index=4)
    asked = world.injector.number + 2  # the listing, after the lease

    def write_duplicate() -> None:
        """Write a line again without the protocol, between two I/Os."""
        if world.injector.number == asked:
            last = max(world.store.objects)
            head, _, number = last.removesuffix(".jsonl.gz").rpartition("-")
            copy = f"{head}-{int(number) + 1:05}.jsonl.gz"
            world.store.objects.setdefault(copy, world.store.objects[last])

    world.injector.switch = write_duplicate
    with pytest.raises(BrokenPromiseError):
        world.make_runs(4, len(TWO_AGES.run_times))
    assert world.injector.number == asked + 1
