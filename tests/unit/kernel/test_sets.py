"""Sets of numbers as bytes: both kernels."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph import _reference_sets, _sets

NUMBERS = st.integers(0, 2**32 - 1)
BOTH = pytest.mark.parametrize("kernel", [_sets, _reference_sets])


@BOTH
@given(numbers=st.sets(NUMBERS))
def test_what_is_encoded_comes_out_again(kernel: ModuleType, numbers: set[int]) -> None:
    assert kernel.decode_set(kernel.encode_set(numbers)) == sorted(numbers)


@given(numbers=st.sets(NUMBERS), data=st.binary(max_size=60))
def test_the_kernels_agree_also_on_bytes_that_nobody_encoded(numbers: set[int], data: bytes) -> None:
    assert _sets.encode_set(numbers) == _reference_sets.encode_set(numbers)
    assert _sets.decode_set(data) == _reference_sets.decode_set(data)


@BOTH
@given(sets=st.lists(st.sets(st.integers(0, 300)), max_size=8), wanted=st.sets(st.integers(0, 200)))
def test_a_set_is_touched_by_what_it_holds(kernel: ModuleType, sets: list[set[int]], wanted: set[int]) -> None:
    mask = bytearray(number in wanted for number in range(201))
    found = kernel.touching([kernel.encode_set(numbers) for numbers in sets], mask)
    assert found == [position for position, numbers in enumerate(sets) if numbers & wanted]


@BOTH
@pytest.mark.parametrize("number", [-1, 2**32])
def test_other_numbers_are_refused(kernel: ModuleType, number: int) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        kernel.encode_set([number])
