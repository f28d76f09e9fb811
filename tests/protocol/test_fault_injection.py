import pytest

from tests.protocol.life import live_until
from tests.protocol.oracle import BrokenPromiseError
from tests.protocol.scenarios import TWO_AGES


def test_a_promise_that_breaks_in_the_middle_of_a_sweep_is_not_swallowed_by_it() -> None:
    world = live_until(TWO_AGES, tick=4)
    asked = world.seam.number + 2  # the listing, after the lease

    def meddle() -> None:
        """Somebody without our protocol writes a line again, between two I/Os."""
        if world.seam.number == asked:
            last = max(world.store.objects)
            head, _, number = last.removesuffix(".jsonl.gz").rpartition("-")
            twin = f"{head}-{int(number) + 1:05}.jsonl.gz"
            world.store.objects.setdefault(twin, world.store.objects[last])

    world.seam.switch = meddle
    with pytest.raises(BrokenPromiseError):
        world.make_ticks(4, len(TWO_AGES.ticks))
    assert world.seam.number == asked + 1
