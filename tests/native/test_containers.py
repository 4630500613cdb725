"""Containers of the native twin: captured as in pure Python, and recognised when they come again unchanged."""

from __future__ import annotations

import enum
import math
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument import traced
from snapy_instrument._twins import IMPLEMENTATION, pure_twin
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.limits import Limits

PURE_VALUE = pure_twin(Capture.__mro__[1]).value  # type: ignore[attr-defined]


class Color(enum.Enum):
    """Shown by name."""

    RED = 1
    BLUE = 2


class Pair(NamedTuple):
    """Shown by its fields, the second one redacted if it is a text."""

    name: str
    token: Any


@dataclass(frozen=True)
class Frozen:
    """A key that is described by its fields."""

    number: int


class Loud:
    """A key that fails when it is compared or hashed but for the one dict it is put into."""

    quiet = True

    def __hash__(self) -> int:
        if not Loud.quiet:
            raise AssertionError("hashed")
        return 1

    def __eq__(self, other: object) -> bool:
        if not Loud.quiet:
            raise AssertionError("compared")
        return self is other


OBJECTS = [Loud(), Loud(), Color.RED, Color.BLUE, int, Color, len, Frozen(1), Frozen(2), math.pi, (1, "a"), b"data"]
KEYS = st.one_of(
    st.integers(-5, 5),
    st.text(max_size=3),
    st.sampled_from(["password", "token", "name"]),
    st.sampled_from(OBJECTS),
    st.tuples(st.integers(0, 3), st.text(max_size=2)),
    st.frozensets(st.integers(0, 9), max_size=3),
)
LEAVES = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=12),
    st.sampled_from(OBJECTS),
    st.sampled_from([Decimal("1.50"), UUID(int=7), PurePosixPath("a/b"), datetime(2020, 1, 1, tzinfo=UTC), range(3)]),
    st.builds(str.__mul__, st.sampled_from(["xyz ", "password=hunter2 "]), st.integers(1, 60)),
)


def ordered(pairs: dict[Any, Any]) -> OrderedDict[Any, Any]:
    """An OrderedDict whose order differs from the order of the dict below it."""
    made = OrderedDict(pairs)
    if made:
        made.move_to_end(next(iter(made)))
    return made


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """All kinds that keep other values."""
    dicts = st.dictionaries(KEYS, inner, max_size=5)
    return st.one_of(
        st.lists(inner, max_size=5),
        st.tuples(KEYS, inner),
        dicts,
        dicts.map(ordered),
        dicts.map(lambda pairs: defaultdict(list, pairs)),
        st.lists(dicts, max_size=3).map(lambda maps: ChainMap(*maps)),
        st.lists(inner, max_size=5).map(deque),
        st.lists(inner, max_size=5).map(lambda items: deque(items, 4)),
        dicts.map(dict.items),
        dicts.map(dict.values),
        dicts.map(dict.keys),
        st.dictionaries(KEYS, st.integers(), max_size=5).map(Counter),
        st.sets(KEYS, max_size=6),
        st.frozensets(KEYS, max_size=6),
        st.builds(Pair, st.text(max_size=3), inner),
        st.lists(inner, max_size=3).map(lambda args: ValueError(*args)),
    )


THINGS = st.recursive(LEAVES, containers, max_leaves=25)
LIMITS = st.builds(
    Limits,
    depth=st.integers(1, 4),
    items=st.integers(1, 6),
    nodes=st.integers(1, 40),
    total_chars=st.sampled_from([1, 500]),
    digest_nodes=st.integers(1, 80),
    digest_chars=st.sampled_from([1, 500]),
)


def text_of(value: Any) -> str:
    """The repr of a captured value; the order in which a set was filled is none of its value."""
    if type(value) in (set, frozenset):
        return f"{type(value).__name__}{sorted(map(text_of, value))}"
    if type(value) in (list, tuple):
        return f"{type(value).__name__}{[text_of(each) for each in value]}"
    if type(value) is dict:
        return f"dict{[(text_of(key), text_of(each)) for key, each in value.items()]}"
    fields = getattr(value, "__slots__", ())
    if type(value).__module__ == "snapy_instrument.values" and fields:
        return f"{type(value).__name__}{[text_of(getattr(value, name)) for name in fields]}"
    return repr(value)


@given(THINGS, LIMITS)
@settings(max_examples=400, deadline=None)
def test_each_kind_is_the_same_in_both_twins(value: Any, limits: Limits) -> None:
    """Twice in one recording."""
    native, pure = Capture(limits), Capture(limits)
    texts = []
    for _ in range(2):
        texts.append((text_of(native.value(value)), text_of(PURE_VALUE(pure, value))))
    assert [mine for mine, _ in texts] == [pures for _, pures in texts]


@given(st.lists(THINGS, min_size=1, max_size=4), st.data())
@settings(max_examples=150, deadline=None)
def test_what_changes_is_seen(values: list[Any], data: st.DataObject) -> None:
    """A part of a list is replaced between two captures, and captured anew."""
    native, pure = Capture(), Capture()
    for _ in range(4):
        assert text_of(native.value(values)) == text_of(PURE_VALUE(pure, values))
        values[data.draw(st.integers(0, len(values) - 1))] = data.draw(LEAVES)


NESTED: dict[str, Callable[[], Any]] = {
    "lists of dicts of lists": lambda: [{"id": number, "tags": ["a", number]} for number in range(20)],
    "a dict with keys of many kinds": lambda: {int: 1, Color.RED: [2], OBJECTS[0]: {"a": (3, 4)}},
    "collections": lambda: [
        defaultdict(list, {"a": [1]}),
        ordered({"a": 1, "b": 2}),
        Counter("abca"),
        deque([1, 2]),
        ChainMap({"a": [1]}, {}),
        {"a": 1}.values(),
    ],
    "a wide list": lambda: list(range(1000)),
    "a wide list of dicts": lambda: [{"id": number, "name": "pen"} for number in range(1000)],
    "a wide dict": lambda: {f"key{number}": [number] for number in range(100)},
    "a set of texts": lambda: {f"key{number}" for number in range(200)},
    "a frozenset of ints": lambda: frozenset(range(20)),
}


@pytest.mark.parametrize("make", NESTED.values(), ids=NESTED)
def test_an_unchanged_container_is_recognised(make: Callable[[], Any]) -> None:
    """The second description is the first one; nothing is copied."""
    pairs = []
    for value in [make() for _ in range(10)]:
        capture = Capture()
        pairs.append((capture.value(value), capture.value(value)))
    assert all(text_of(again) == text_of(first) for first, again in pairs)
    if IMPLEMENTATION == "native":
        # Each, unless a part of it has its place in the table of what was met lately: by address, so by chance.
        assert sum(again is first for first, again in pairs) > 5


class Native(Capture):
    """A capture that fails where its native twin asks Python to walk or to digest."""

    def _value(self, *_: Any) -> Any:
        raise AssertionError("the whole value went through Python")

    def _digest_part(self, *_: Any) -> bytes:
        raise AssertionError("a part of the digest went through Python")

    def _take_walk(self) -> Any:
        raise AssertionError("a part went through Python")


@pytest.mark.parametrize("make", NESTED.values(), ids=NESTED)
def test_containers_stay_native(make: Callable[[], Any]) -> None:
    """Neither the walk nor the digest of them runs in Python."""
    if IMPLEMENTATION == "native":
        assert "capture failed" not in repr(Native().value(make()))


def test_no_key_is_hashed_or_compared() -> None:
    """Keys and elements of the program's types define both in Python code."""
    first, second = Loud(), Loud()
    held = [{first: 1, second: 2}, {first, second}, defaultdict(int, {first: 1}), Counter({second: 3})]
    capture = Capture()
    Loud.quiet = False
    try:
        for _ in range(2):
            text = repr([capture.value(each) for each in held])
            assert "capture failed" not in text
    finally:
        Loud.quiet = True


@traced
def proxied() -> None:
    """A function that a proxy calls."""


@pytest.mark.parametrize(
    "function",
    [proxied, OBJECTS[0].__hash__, len, Loud, Color.RED],
    ids=["proxy", "method", "builtin", "class", "member"],
)
def test_what_is_named_is_described_once(function: Any) -> None:
    """The mark of a function, a method, a class or a member of an Enum is the same one the second time."""
    capture = Capture()
    first, again = capture.value(function), capture.value(function)
    assert text_of(first) == text_of(again)
    if IMPLEMENTATION == "native" and function is not len:
        assert again is first
