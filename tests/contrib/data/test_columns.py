"""Digests of columns."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from snapy_instrument.contrib.data.columns import (
    MOST_VALUES,
    column_mark,
    numbers_digest,
    sampling_step,
    values_digest,
)


def known(*values: Any) -> str:
    """The digest of these values."""
    return values_digest(values, len(values))


VALUES: list[Any] = [
    "a", b"a", 1, 1.5, True, None, Decimal("1.5"), datetime.date(2024, 1, 2), datetime.time(1), [1], [1, [2]], {"a": 1},
    datetime.datetime(2024, 1, 2), datetime.timedelta(1), "1", object(), type, "ab", 2.5,
]  # fmt: skip


def test_different_values_have_different_digests() -> None:
    """By type and by value; their number counts, and how they are split."""
    assert len({known(value) for value in VALUES}) == len(VALUES)
    assert known("ab", "c") != known("a", "bc")
    assert known() != known(None)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (float("nan"), None),
        (0.0, -0.0),
        (np.int64(3), 3),
        (np.float64(1.5), 1.5),
        (0.1 + 0.2, 0.3),
        (object(), object()),
    ],
)
def test_equal_values_have_equal_digests(one: Any, two: Any) -> None:
    """What is missing is one value, noise is none, objects count by type."""
    assert known(one) == known(two)


def test_no_code_of_the_program_runs() -> None:
    """Not even for a subclass of a builtin."""

    class Loud(str):
        """Fails whatever is done with it."""

        def encode(self, *args: Any) -> bytes:
            """Fail."""
            raise AssertionError

    assert known(Loud("a")) != known("a")


def test_gaps_hide_what_lies_in_memory() -> None:
    """Two masked columns are equal whatever the masked places hold."""
    mask = np.array([False, True])
    one, two = np.array([1, 2]), np.array([1, 3])
    assert numbers_digest(one, mask) == numbers_digest(two, mask) != numbers_digest(one)
    assert numbers_digest(one, np.array([False, False])) == numbers_digest(one)
    assert numbers_digest(np.array(["a"])) is None


def test_long_columns_are_sampled() -> None:
    """At most twice the limit is read, from start to end."""
    for size in (1, MOST_VALUES - 1, MOST_VALUES, 10 * MOST_VALUES):
        assert size / sampling_step(size) <= MOST_VALUES
    huge = np.zeros(20 * MOST_VALUES)
    changed = huge.copy()
    changed[:: sampling_step(huge.size, numbers=True)] = 1
    assert numbers_digest(huge) != numbers_digest(changed)
    assert repr(column_mark("int64", "1f0c2a3b")) == "<int64 #1f0c2a3b>"
