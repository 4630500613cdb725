"""Digests of the native twin: those of pure Python, without going through Python."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument._twins import IMPLEMENTATION, pure_twin
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.limits import Limits

PURE_VALUE = pure_twin(Capture.__mro__[1]).value  # type: ignore[attr-defined]


@dataclass
class Line:
    """A described object."""

    sku: str
    quantity: int
    price: float


class Plain:
    """Known by identity alone."""


def nested(depth: int) -> Any:
    """Return a list ``depth`` lists deep."""
    value: Any = [1]
    for _ in range(depth):
        value = [value, "x"]
    return value


def circle() -> Any:
    """Return a list that holds itself."""
    value: list[Any] = [1, 2, 3]
    value.append(value)
    return [0, 1, value]


WIDE = {
    "ints": list(range(1000)),
    "a tuple": tuple(range(1000)),
    "floats": [number / 3 for number in range(100)],
    "negative and none": [None, True, False, -5, -(10**17), 10**17] * 20,
    "dicts": [{"id": number, "name": "pen"} for number in range(1000)],
    "a dict": {f"key{number}": number for number in range(100)},
    "a large dict": dict.fromkeys(range(5000), 1.5),
    "objects": [Line("pen", number, 1.5) for number in range(200)],
    "unknown objects": [Plain() for _ in range(100)],
    "pairs": [(number, number) for number in range(100)],
    "nested": nested(40),
    "empty ones": [[], (), {}] * 40,
}


class Native(Capture):
    """A capture that fails where its native twin asks Python to walk or to digest."""

    def _value(self, *_: Any) -> Any:
        raise AssertionError("the whole value went through Python")

    def _digest_part(self, *_: Any) -> bytes:
        raise AssertionError("a part of the digest went through Python")


def prepared(capture: Capture) -> Capture:
    """Let a capture judge the texts and names of `WIDE`, which Python does once."""
    capture.value(["pen", "x", *[f"key{number}" for number in range(100)][:40]])
    for start in range(0, 100, 40):
        capture.value({f"key{number}": f"key{number}" for number in range(start, min(start + 40, 100))})
    capture.value([{"id": "id", "name": "name"}, Line("pen", 1, 1.5)])
    return capture


@pytest.mark.parametrize("value", WIDE.values(), ids=WIDE)
@pytest.mark.parametrize("digest_nodes", [1, 7, 100, 2000])
def test_wide_values_have_the_digests_of_pure_python(value: Any, digest_nodes: int) -> None:
    """Whatever part of it the budget allows to be read."""
    limits = Limits(digest_nodes=digest_nodes)
    assert repr(Capture(limits).value(value)) == repr(PURE_VALUE(Capture(limits), value))


@pytest.mark.parametrize("value", WIDE.values(), ids=WIDE)
def test_wide_values_stay_native(value: Any) -> None:
    """Neither the walk nor the digest of a container of common values runs in Python."""
    if IMPLEMENTATION == "native":
        plain = prepared(Native()).value(value)
        assert "capture failed" not in repr(plain)


@pytest.mark.parametrize("make", [circle, lambda: nested(100), lambda: {"password": nested(9)}])
def test_rare_parts_have_the_digests_of_pure_python(make: Any) -> None:
    """Cycles, what is nested deeper than the native twin goes, and what is redacted."""
    for items in (1, 2, 50):
        limits = Limits(items=items, depth=2)
        assert repr(Capture(limits).value(make())) == repr(PURE_VALUE(Capture(limits), make()))


KEYS = st.one_of(st.integers(), st.text(max_size=4), st.sampled_from(["password", "token", "name"]), st.none())
THINGS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.binary(max_size=200)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=9),
        st.tuples(KEYS, inner),
        st.dictionaries(KEYS, inner, max_size=9),
        st.builds(Line, st.text(max_size=4), st.integers(), st.floats()),
        st.sets(st.integers(), max_size=9),
    ),
    max_leaves=40,
)


@given(THINGS, st.integers(1, 60), st.integers(1, 3), st.sampled_from([3, 200]))
@settings(max_examples=300)
def test_any_value_twice(value: Any, digest_nodes: int, items: int, total_chars: int) -> None:
    """Captured twice in one recording, a value is the same in both twins both times."""
    limits = Limits(items=items, depth=3, digest_nodes=digest_nodes, total_chars=total_chars)
    native, pure = Capture(limits), Capture(limits)
    for _ in range(2):
        assert repr(native.value(value)) == repr(PURE_VALUE(pure, value))


def test_long_texts_met_again_take_as_much_from_the_budget() -> None:
    """A list of long texts is cut in the same place each time, whichever of them were met before."""
    texts = [f"{number} " + "lorem ipsum " * 30 for number in range(8)]
    limits = Limits(total_chars=1500)
    native, pure = Capture(limits), Capture(limits)
    for value in (texts[3], texts, texts[::-1], texts, [texts[7], texts[0] * 50]):
        assert repr(native.value(value)) == repr(PURE_VALUE(pure, value))


def test_a_long_text_met_again_stays_native() -> None:
    """Its secrets were looked for once."""
    capture = Capture()
    text = "lorem ipsum " * 1000
    shown = capture.value(text)
    capture._long_text = None  # type: ignore[assignment, method-assign]
    if IMPLEMENTATION == "native":
        assert capture.value(text) is shown


@pytest.mark.parametrize("secret", ["password=hunter2 " * 20, "x" * 500 + " password=hunter2 " + "x" * 500])
def test_a_text_with_a_secret_is_not_held(secret: str) -> None:
    """What is redacted is redacted each time, and the text itself is not kept."""
    capture = Capture()
    text = "".join([secret, "!"])
    before = sys.getrefcount(text)
    assert [repr(capture.value(text)), repr(capture.value(text))] == [repr(capture.value(text))] * 2
    assert "hunter2" not in repr(capture.value(text))
    assert sys.getrefcount(text) == before


def test_a_renamed_function_has_its_new_name() -> None:
    """Names are compared each time, so a function is described by those that it has at that moment."""

    def function() -> None: ...

    capture = Capture()
    names = []
    for name in ("first", "second", "first"):
        function.__qualname__ = name
        names.append(repr(capture.value(function)))
    function.__module__ = "elsewhere"
    names.append(repr(capture.value(function)))
    assert [name.rpartition(".")[2] for name in names] == ["first>", "second>", "first>", "first>"]
    assert names[-1] == "<function elsewhere.first>"


def test_changed_elements_change_the_digest() -> None:
    """Elements that are the same ones as before are not read again; any other one is, wherever it is."""
    numbers = [1000 + number for number in range(5000)]
    limits = Limits(digest_nodes=300)
    native, pure = Capture(limits), Capture(limits)
    seen = set()
    for place in (4999, 60, 51, 4999, 200, 10):
        numbers[place] += 1
        for value in (numbers, tuple(numbers), [numbers, numbers]):
            found = repr(native.value(value))
            assert found == repr(PURE_VALUE(pure, value))
        seen.add(repr(native.value(numbers)))
    assert len(seen) > 3


def test_fields_that_are_slots_are_read_as_they_are_at_that_moment() -> None:
    """A slot that is set, deleted and set again, and a property that takes its place."""

    @dataclass(slots=True)
    class Slots:
        number: int
        text: str

    native, pure = Capture(), Capture()
    thing = Slots(1, "a")
    found = []
    changes: list[Callable[[], None]] = [
        lambda: None,
        lambda: setattr(thing, "number", 2),
        lambda: delattr(thing, "number"),
        lambda: setattr(thing, "number", 3),
        lambda: setattr(Slots, "text", property(lambda self: 1 / 0)),
    ]
    for change in changes:
        change()
        found.append(repr(native.value(thing)))
        assert found[-1] == repr(PURE_VALUE(pure, thing))
    assert len(set(found)) == 5
