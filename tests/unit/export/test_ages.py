"""The scale of ages: what is due on it, and how cursors move."""

import pytest

from studio_export.export import ages
from studio_export.export.ages import DAY, DEFAULT_AGES, HOUR, MINUTE
from studio_export.model import Checkpoint, Span
from tests.unit.export.instants import NOW, ago


def span(start: int, stop: int) -> Span:
    """The range between two ages."""
    return Span(ago(start), ago(stop))


# The scale


def test_the_default_scale_doubles_to_a_day_and_goes_on_daily_to_29() -> None:
    assert [age // MINUTE for age in DEFAULT_AGES[:8]] == [2, 15, 30, 60, 120, 240, 480, 960]
    assert [age // DAY for age in DEFAULT_AGES[8:]] == list(range(1, 30))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2m", (120,)),
        ("90s,15m,1h,29d", (90, 900, 3600, 29 * DAY)),
        (" 2m , 1h ", (120, 3600)),
    ],
)
def test_a_scale_is_written_with_units(text: str, wanted: tuple[int, ...]) -> None:
    assert ages.parse_ages(text) == wanted


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "'' is not a number with a unit"),
        ("2m,", "'' is not a number"),
        ("2", "'2' is not a number"),
        ("0m", "'0m' is not a number"),
        ("-2m", "'-2m' is not a number"),
        ("1.5h", "'1.5h' is not a number"),
        ("2w", "'2w' is not a number"),
        ("2 m", "'2 m' is not a number"),
        ("\N{FULLWIDTH DIGIT TWO}m", "is not a number"),
        ("15m,2m", "ages must ascend"),
        ("2m,2m", "ages must ascend"),
        ("60m,1h", "ages must ascend"),
        ("2m,30d", "beyond 29d is too late"),
        ("2m,697h", "beyond 29d is too late"),
    ],
)
def test_another_scale_is_refused_with_its_fault(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        ages.parse_ages(text)


# Beginning


def test_a_new_flow_begins_at_the_lookback_on_every_age() -> None:
    begun = ages.initialize(Checkpoint(), (120, 900), NOW, 30 * DAY)
    assert begun.cursors == {120: ago(30 * DAY), 900: ago(30 * DAY)}
    assert set(begun.spans) == {120, 900}


def test_a_cursor_that_no_right_clock_can_have_written_goes_back_to_where_it_may_be() -> None:
    ahead = Checkpoint({120: ago(-9 * DAY), DAY: ago(-8 * DAY), 3 * DAY: ago(-6 * DAY)})
    checkpoint = ages.initialize(ahead, (120, DAY, 3 * DAY), NOW, lookback=2 * DAY)
    # What a new Flow would leave out stays out: so the oldest goes back to the lookback alone.
    assert checkpoint.cursors == {120: ago(120), DAY: ago(DAY), 3 * DAY: ago(2 * DAY)}


def test_a_known_cursor_and_span_stay() -> None:
    known = Checkpoint({120: ago(200), 900: ago(1000)}, {120: 7, 900: 8})
    assert ages.initialize(known, (120, 900), NOW, 30 * DAY) == known


def test_a_new_age_begins_where_the_next_larger_one_came_to() -> None:
    known = Checkpoint({120: ago(200), 3600: ago(5000), 7200: ago(9000)})
    begun = ages.initialize(known, (120, 900, 3600, 7200), NOW, 30 * DAY)
    assert begun.cursors[900] == ago(5000)


def test_a_new_largest_age_begins_at_the_lookback() -> None:
    begun = ages.initialize(Checkpoint({120: ago(200)}), (120, DAY), NOW, 2 * DAY)
    assert begun.cursors == {120: ago(200), DAY: ago(2 * DAY)}


def test_a_removed_age_is_gone_but_still_tells_a_smaller_new_one_where_to_begin() -> None:
    known = Checkpoint({120: ago(200), 3600: ago(5000)}, {120: 7, 3600: 8})
    begun = ages.initialize(known, (120, 900), NOW, 30 * DAY)
    assert begun.cursors == {120: ago(200), 900: ago(5000)}
    assert set(begun.spans) == {120, 900}


# Due


@pytest.mark.parametrize(
    ("age", "wide_enough"),
    [(120, 1), (900, 450), (HOUR, HOUR // 2), (16 * HOUR, 6 * HOUR), (29 * DAY, 6 * HOUR)],
)
def test_an_age_is_due_at_half_its_width_or_six_hours_and_the_head_at_once(
    age: int, wide_enough: int
) -> None:
    head = {} if age == 120 else {120: ago(120)}
    at = {**head, age: ago(age + wide_enough)}
    short = {**head, age: ago(age + wide_enough - 1)}
    assert ages.due(at, NOW) == {age: span(age + wide_enough, age)}
    assert ages.due(short, NOW) == {}


def test_a_cursor_of_the_future_is_not_due() -> None:
    assert ages.due({120: ago(-5000), 900: ago(0)}, NOW) == {}


# The next span


def test_nothing_due_is_nothing_to_list() -> None:
    checkpoint = ages.initialize(Checkpoint({120: ago(120)}), (120,), NOW, DAY)
    assert ages.next_span(checkpoint, NOW) is None


def test_the_head_comes_first_however_old_the_rest() -> None:
    checkpoint = Checkpoint({120: ago(1000), DAY: ago(20 * DAY)}, {120: 2000, DAY: 2000})
    assert ages.next_span(checkpoint, NOW) == span(1000, 120)


def test_without_the_head_what_is_nearest_to_deletion_comes_first() -> None:
    cursors = {120: ago(120), HOUR: ago(DAY), DAY: ago(20 * DAY)}
    checkpoint = Checkpoint(cursors, dict.fromkeys(cursors, 600))
    assert ages.next_span(checkpoint, NOW) == span(20 * DAY, 20 * DAY - 600)


def test_a_span_is_no_longer_than_what_fits_a_page() -> None:
    checkpoint = Checkpoint({120: ago(10_000)}, {120: 3600})
    assert ages.next_span(checkpoint, NOW) == span(10_000, 6400)


def test_due_ranges_are_listed_as_one_while_all_of_it_fits() -> None:
    cursors = {120: ago(1020), 900: ago(1800), HOUR: ago(2 * HOUR)}
    together = Checkpoint(cursors, dict.fromkeys(cursors, 2 * HOUR))
    assert ages.next_span(together, NOW) == span(2 * HOUR, 120)
    apart = Checkpoint(cursors, dict.fromkeys(cursors, 1700))
    assert ages.next_span(apart, NOW) == span(1800, 120)


def test_a_dense_age_is_not_taken_along_into_a_span_that_does_not_fit_its_own() -> None:
    cursors = {120: ago(1020), 900: ago(1800)}
    checkpoint = Checkpoint(cursors, {120: DAY, 900: 900})
    assert ages.next_span(checkpoint, NOW) == span(1020, 120)


# Moving


def test_a_listing_moves_every_cursor_that_lies_in_it_as_far_as_its_records_are_old_enough() -> (
    None
):
    cursors = {120: ago(3000), 900: ago(2000), 1800: ago(2500), HOUR: ago(9000)}
    checkpoint = Checkpoint(cursors, dict.fromkeys(cursors, 600))
    moved = ages.advance(checkpoint, span(3000, 120), NOW, 1)
    assert moved.cursors == {120: ago(120), 900: ago(900), 1800: ago(1800), HOUR: ago(9000)}


def test_a_cursor_does_not_go_back_when_its_age_is_not_reached_yet() -> None:
    checkpoint = Checkpoint({120: ago(3000), 1800: ago(1500)}, {120: 600, 1800: 600})
    moved = ages.advance(checkpoint, span(3000, 120), NOW, 1)
    assert moved.cursors[1800] == ago(1500)


def test_a_cursor_at_the_end_of_a_listing_was_not_served_by_it() -> None:
    checkpoint = Checkpoint({120: ago(1000)}, {120: 600})
    moved = ages.advance(checkpoint, span(2000, 1000), NOW, 9)
    assert moved == checkpoint


def test_a_listing_given_up_moves_no_cursor_and_quarters_the_span_of_those_it_served() -> None:
    checkpoint = Checkpoint({120: ago(3000), 900: ago(9000)}, {120: 600, 900: 600})
    narrowed = ages.shrink(checkpoint, span(3000, 2600))
    assert narrowed == Checkpoint(checkpoint.cursors, {120: 100, 900: 600})


@pytest.mark.parametrize(("page_seconds", "wanted"), [(0, 1), (10, 38), (25, 95), (99, 100)])
def test_a_listing_given_up_leaves_nearly_four_of_its_pages_if_that_is_less(
    page_seconds: int, wanted: int
) -> None:
    checkpoint = Checkpoint({120: ago(3000)}, {120: 600})
    assert ages.shrink(checkpoint, span(3000, 2600), page_seconds).spans == {120: wanted}


def test_a_new_flow_is_listed_whole_and_a_new_age_of_a_known_one_an_hour_at_a_time() -> None:
    new = ages.initialize(Checkpoint(), (120, 900), NOW, 5 * DAY)
    assert new.spans == {120: 5 * DAY, 900: 5 * DAY}
    known = ages.initialize(Checkpoint({120: ago(500)}, {120: 7}), (120, 900), NOW, 5 * DAY)
    assert known.spans == {120: 7, 900: HOUR}


@pytest.mark.parametrize(
    ("fits", "seconds", "pages", "wanted"),
    [
        (600, 600, 1, 1200),
        (600, 600, 0, 1200),
        (600, 10, 1, 600),
        (600, 30 * DAY, 1, 31 * DAY),
        (600, 500, 2, 500),
        (600, 500, 4, 500),
        (600, 500, 5, 250),
        (600, 1, 5, 1),
    ],
)
def test_one_page_doubles_the_span_and_many_halve_it(
    fits: int, seconds: int, pages: int, wanted: int
) -> None:
    assert ages.next_span_seconds(fits, span(seconds, 0), pages) == wanted


def test_a_span_is_never_narrower_than_a_second() -> None:
    checkpoint = Checkpoint({120: ago(3000)}, {120: 1})
    assert ages.shrink(checkpoint, span(3000, 2999)).spans == {120: 1}
