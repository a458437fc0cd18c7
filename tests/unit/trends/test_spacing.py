from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from impactgraph.trends.spacing import evenly, spaced

VOLUMES = st.lists(st.integers(0, 10**7), min_size=1, max_size=80)


@given(VOLUMES, st.integers(1, 20))
def test_positions_rise_to_the_last_and_are_no_more_than_asked_for(volumes: list[int], count: int) -> None:
    found = spaced(volumes, count)
    assert found == sorted(set(found))
    assert found[-1] == len(volumes) - 1
    assert len(found) <= max(count, 1)


@given(st.integers(2, 60), st.integers(2, 20))
def test_a_history_that_doubles_is_cut_at_equal_steps(length: int, count: int) -> None:
    found = spaced([1000 + 100 * step for step in range(length)], count)
    assert len(found) == min(length, count)


def test_states_without_code_are_left_out() -> None:
    assert spaced([0, 0, 10, 20, 40], 12) == [2, 3, 4]
    assert spaced([0, 0], 12) == [1]


def test_steps_are_of_equal_factors() -> None:
    assert spaced([2**step for step in range(7)], 3) == [0, 3, 6]


@given(st.integers(1, 500), st.integers(2, 60))
def test_even_numbers_begin_and_end_with_the_ends(length: int, count: int) -> None:
    found = evenly(length, count)
    assert (found[0], found[-1]) == (0, length - 1)
    assert len(found) == min(length, count)
