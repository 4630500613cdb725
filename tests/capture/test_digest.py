"""Digests: every hidden change shows, nothing else does."""

from __future__ import annotations

import collections
import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.capture.digest import Digester, ordered
from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.policy import Policy
from snapy_instrument.capture.redaction.redactor import Redactor
from snapy_instrument.capture.strings import Budget


@dataclasses.dataclass
class Item:
    """A record."""

    sku: str
    password: str = "x"


class Thing:
    """Known by identity."""


def digest_of(value: Any, nodes: int = 10_000) -> str:
    """The digest of one value in a recording of its own."""
    return Digester(Policy(Limits(), Redactor()), Budget(nodes, 100_000)).value(value)


DIFFERENT = [
    [None, False, 0, 0.0, 0j, "", b"", [], (), {}, set(), "0", b"0"],
    [1, 1.0, True, "1", b"1", [1], (1,), {1}, {1: 1}, -1],
    [[[1], 2], [[1, 2]], [1, [2]], [[1], [2]], [], [[]], [[], []]],
    [["ab"], ["a", "b"], [b"ab"], ["a", b"b"]],
    [{"a": 1}, {"a": 2}, {"b": 1}, {1: "a"}, [("a", 1)]],
    [10**17, 10**18, 10**30, 10**2000, 10**2000 + 1, -(10**2000)],
    [Item("pen"), Item("mug"), Thing(), Item, Thing, ("pen", "x")],
    [collections.OrderedDict(a=1), {"a": 1}, collections.Counter(a=1), collections.deque(["a"])],
    [float("inf"), float("-inf"), float("nan"), 0.0, -0.0],
    [range(3), range(4), slice(3), [0, 1, 2]],
    ["x" * 1000, "x" * 1001, "x" * 999 + "y"],
    [bytearray(b"ab"), bytearray(b"ac"), b"ab", memoryview(b"ab")],
]


@pytest.mark.parametrize("values", DIFFERENT, ids=range(len(DIFFERENT)))
def test_different_values_have_different_digests(values: list[Any]) -> None:
    """Type, structure and every scalar count."""
    assert len({digest_of(value) for value in values}) == len(values)


@pytest.mark.parametrize("make", [lambda: [1, {"a": (2, {3})}], lambda: Item("pen"), Thing, lambda: "x" * 1000])
def test_equal_values_have_equal_digests(make: Any) -> None:
    """A digest does not depend on addresses or on what was captured before."""
    assert digest_of(make()) == digest_of(make())


def test_secrets_do_not_reach_a_digest() -> None:
    """Fields, keys, headers and texts that are redacted do not change the digest."""

    def value(secret: str) -> Any:
        return [Item("pen", secret), {"password": secret}, ("authorization", secret), f"password={secret}"]

    assert digest_of(value("one")) == digest_of(value("two!"))


def test_the_order_of_a_set_does_not_matter() -> None:
    """Sets built in different orders, with colliding hashes, have one digest."""
    numbers = [8 * number for number in range(50)]
    backwards = numbers[::-1]
    assert digest_of(set(numbers)) == digest_of(set(backwards))
    assert digest_of({frozenset(numbers)}) == digest_of({frozenset(backwards)})


def test_the_order_of_a_list_and_a_dict_does() -> None:
    """Behaviour that shows in an order shows in the digest."""
    assert digest_of([1, 2]) != digest_of([2, 1])
    assert digest_of({1: 0, 2: 0}) != digest_of({2: 0, 1: 0})


def test_nesting_of_any_depth_is_read() -> None:
    """A value nested 100,000 deep has a digest, and a change within the budget changes it."""

    def nested(leaf: Any, depth: int) -> Any:
        for _ in range(depth):
            leaf = [leaf]
        return leaf

    assert len(digest_of(nested(1, 100_000))) == 8
    assert digest_of(nested(1, 1000)) != digest_of(nested(2, 1000))


def test_cycles_end() -> None:
    """A list, a dict and an object that contain themselves have a digest."""
    a: list[Any] = [1]
    a.append(a)
    b: dict[str, Any] = {}
    b["self"] = b
    c = Item("pen")
    c.sku = c  # type: ignore[assignment]
    assert len({digest_of(each) for each in (a, b, c)}) == 3


def test_a_shared_value_is_no_cycle() -> None:
    """The same list twice reads like two equal lists."""
    shared = [1]
    assert digest_of([shared, shared]) == digest_of([[1], [1]])


def test_temporary_values_are_not_taken_for_cycles() -> None:
    """Descriptions made and dropped while reading do not pass for one another by address."""
    values = [collections.deque([number]) for number in range(100)]
    assert digest_of([values]) != digest_of([values[:1] * 100])
    assert digest_of([[collections.deque([collections.deque([1])])]]) != digest_of([[collections.deque([1])]])


@pytest.mark.parametrize(
    "make",
    [list, tuple, collections.deque, dict.fromkeys, lambda n: dict.fromkeys(n).keys(), lambda n: set(n)],
)
def test_beyond_the_budget_the_size_still_counts(make: Any) -> None:
    """Of containers too large to read, one element more changes the digest."""
    sizes = [10_000, 10_001]
    assert len({digest_of(make(range(size)), nodes=100) for size in sizes}) == 2


@pytest.mark.parametrize("make", [list, tuple, collections.deque, dict.fromkeys])
def test_beyond_the_budget_both_ends_count(make: Any) -> None:
    """Of containers too large to read, a change near the start and of the last element is seen."""
    numbers = list(range(10_000))
    first, last = [*numbers], [*numbers]
    first[10], last[-1] = -1, -1
    assert len({digest_of(make(each), nodes=101) for each in (numbers, first, last)}) == 3


def test_what_stands_in_a_set_is_left_out_when_the_budget_ends_there() -> None:
    """A set whose elements were not all read counts by its size: which ones come first depends on the seed."""
    left = {(number, "x") for number in range(20)}
    right = {(number, "y") for number in range(20)}
    assert digest_of(left, nodes=50) == digest_of(right, nodes=50)
    assert digest_of(left) != digest_of(right)


def test_the_end_of_a_long_list_of_records_counts() -> None:
    """A sample of objects is small enough to be read to its end."""
    items = [Item(str(number)) for number in range(5000)]
    before = digest_of(items)
    items[-1] = Item("last")
    assert digest_of(items) != before


@settings(deadline=None, max_examples=100)
@given(
    st.recursive(
        st.integers() | st.text(max_size=20) | st.none(),
        lambda each: st.tuples(each, each) | st.frozensets(each),
        max_leaves=20,
    )
)
def test_reading_any_value_ends(value: Any) -> None:
    """Every nesting of tuples and frozensets has one digest, on each reading."""
    assert digest_of(value) == digest_of(value)


def test_elements_of_a_set_are_put_in_an_order() -> None:
    """The same elements in any order come out in one, without comparing them."""
    rules = Policy(Limits(), Redactor())
    items = ["b", 3, None, (2, "x"), frozenset({5}), "a", 10]
    orders = [ordered(rules, each, Budget(1000, 0)) for each in (items, items[::-1])]
    assert orders[0] == orders[1]
    assert [each for each in orders[0] or [] if type(each) is str] == ["a", "b"]


def test_elements_that_are_too_large_to_tell_apart_have_no_order() -> None:
    """Two sets of equal size beyond the budget could come in either order."""
    rules = Policy(Limits(), Redactor())
    items = [frozenset(range(100)), frozenset(range(1, 101))]
    assert ordered(rules, items, Budget(100, 0)) is None
    assert ordered(rules, items, Budget(10_000, 0)) is not None
