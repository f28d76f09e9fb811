"""After a 429 the details rest, begin again one at a time, and come back slowly."""

from studio_export.details.manners import Manners


def manners(maximum: int = 4, jitter: float = 0.5) -> Manners:
    return Manners(maximum, lambda: jitter)


def test_a_throttle_leads_to_a_rest_and_to_one_at_a_time() -> None:
    made = manners()
    assert (made.at_once, made.is_resting(0.0)) == (4, False)
    made.note_throttles(1, 100.0)
    assert made.at_once == 1
    assert made.is_resting(129.9)
    assert not made.is_resting(130.0)


def test_the_rest_is_half_to_one_and_a_half_times_thirty_seconds() -> None:
    shortest, longest = manners(jitter=0.0), manners(jitter=1.0)
    for made in (shortest, longest):
        made.note_throttles(3, 0.0)
    assert (shortest.rests_until, longest.rests_until) == (15.0, 45.0)


def test_fifty_quiet_answers_let_in_one_more() -> None:
    made = manners(maximum=3)
    made.note_throttles(1, 0.0)
    seen = []
    for _ in range(150):
        made.note_throttles(0, 60.0)
        seen.append(made.at_once)
    assert [seen.index(2), seen.index(3), seen[-1]] == [49, 99, 3]


def test_a_throttle_discards_the_quiet_answers_before_it() -> None:
    made = manners()
    made.note_throttles(1, 0.0)
    for _ in range(49):
        made.note_throttles(0, 60.0)
    made.note_throttles(1, 60.0)
    made.note_throttles(0, 120.0)
    assert made.at_once == 1
