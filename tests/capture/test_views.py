"""What a describer returns: views, and samples of long sequences."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument.capture.views import pairs_of, sequence_of

SIZES = st.integers(0, 60)


@given(SIZES, st.integers(0, 10), st.integers(2, 30))
def test_a_short_rest_is_whole(size: int, skip: int, most: int) -> None:
    """Of a list, a tuple, a deque and a view of a dict."""
    numbers = range(size)
    if size - skip > most:
        return
    rest = list(numbers)[skip:]
    for source in (list(numbers), tuple(numbers)):
        assert sequence_of(source, skip, most) == rest
    for other in (deque(numbers), dict.fromkeys(numbers).keys()):
        assert sequence_of(other, skip, most) == pairs_of(other, skip, most) == rest


@given(st.integers(1, 10_000), st.integers(0, 20), st.integers(2, 50))
def test_a_sample_is_bounded_and_has_the_last(size: int, skip: int, most: int) -> None:
    """Its elements come in order, from behind ``skip``."""
    if size - skip <= most:
        return
    sample = sequence_of(list(range(size)), skip, most)
    assert len(sample) <= most + 2
    assert sample == sorted(sample)
    assert sample[0] == skip
    assert sample[-1] == size - 1


@pytest.mark.parametrize("make", [deque, lambda numbers: dict.fromkeys(numbers).keys()])
def test_of_what_cannot_be_indexed_both_ends_are_read(make: Any) -> None:
    """The last come last to first."""
    assert pairs_of(make(range(100)), 10, 6) == [10, 11, 12, 99, 98, 97]


def test_the_middle_of_a_list_is_in_its_sample() -> None:
    """Half of the sample is the start, the rest is spread evenly."""
    sample = sequence_of(list(range(1000)), 0, 10)
    assert sample[:5] == [0, 1, 2, 3, 4]
    assert any(400 < each < 600 for each in sample)
