"""The walk: limits, cycles, containers, secrets by name."""

from __future__ import annotations

import collections
import dataclasses
import types
from typing import Any

import pytest

from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.limits import Limits
from snapy_instrument.values import CYCLE, REDACTED, Cut, Mark, Ref, Struct


def seen(value: Any, **limits: int) -> Any:
    """``value`` captured alone with these limits."""
    return Capture(Limits(**limits)).value(value)


class Thing:
    """Known by identity."""


@dataclasses.dataclass(frozen=True)
class Key:
    """A record that can be hashed though it holds a list."""

    name: str
    parts: Any = dataclasses.field(default_factory=list, hash=False)


class Loose:
    """Cannot be weakly referenced."""

    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [
        [1, "a", [2.5, None]],
        (True, (1,)),
        {"a": [1], 2: (3,)},
        {1, "a", (2, 3)},
        frozenset({frozenset({1})}),
        [],
        {},
        (),
    ],
)
def test_containers_are_equal_copies_of_the_same_type(value: Any) -> None:
    """Within the limits a builtin container equals its capture."""
    captured = seen(value)
    assert captured == value
    assert type(captured) is type(value)


def test_captured_values_do_not_change_with_their_originals() -> None:
    """What is done to a container later does not reach the captured value."""
    inner = [1]
    value = {"a": inner, "b": [inner, 2]}
    captured = seen(value)
    inner.append(9)
    value["c"] = []
    assert captured == {"a": [1], "b": [[1], 2]}


def test_captured_tuples_hold_no_object_of_the_program() -> None:
    """An immutable container of live objects is still a copy."""
    thing = Thing()
    assert seen((thing, 1)) == (Ref("Thing", 1), 1)


@pytest.mark.parametrize(
    "value", [list(range(51)), tuple(range(51)), dict.fromkeys(range(51)), set(range(51)), frozenset(range(51))]
)
def test_containers_are_cut_at_the_item_limit(value: Any) -> None:
    """Fifty elements are shown in a container of the same type, the rest counted."""
    cut = seen(value)
    assert type(cut) is Cut
    assert (type(cut.shown), len(cut.shown), cut.hidden, cut.unit) == (type(value), 50, 1, "items")


@pytest.mark.parametrize("make", [list, tuple, dict.fromkeys, set, frozenset, collections.deque])
def test_a_hidden_change_changes_the_digest(make: Any) -> None:
    """Two containers that differ in a hidden element are captured differently."""
    assert seen(make(range(100))) == seen(make(range(100)))
    assert seen(make([*range(99), 1000])) != seen(make(range(100)))


def test_objects_with_many_fields_are_cut() -> None:
    """Fields beyond the limit are counted, and the digest depends on them."""
    fields = {f"f{number}": number for number in range(60)}
    cut = seen(types.SimpleNamespace(**fields))
    assert (len(cut.shown.fields), cut.hidden, cut.unit) == (50, 10, "fields")
    assert cut != seen(types.SimpleNamespace(**{**fields, "f59": 0}))
    assert cut == seen(types.SimpleNamespace(**fields))


def test_secrets_in_hidden_fields_stay_out_of_the_digest() -> None:
    """A redacted field behind the cut does not change it."""
    fields = {f"f{number}": number for number in range(60)}
    one, two = (types.SimpleNamespace(**fields, password=secret) for secret in ("a", "b"))
    assert seen(one) == seen(two)


def test_nesting_is_cut_at_the_depth_limit() -> None:
    """Six levels are shown; what lies deeper is a digest, which changes with it."""
    captured = [seen([[[[[[[leaf]]]]]]]) for leaf in (1, 2, 1)]
    assert repr(captured[0]).startswith("[[[[[[<too deep #")
    assert captured[0] == captured[2] != captured[1]


def test_the_size_of_a_value_is_limited() -> None:
    """When the nodes are used up, further containers are digests and scalars are shown."""
    captured = seen([[1, 2], [3, 4], [5, 6], 7], nodes=7)
    assert captured[:2] == [[1, 2], [3, 4]] or captured[0] == [1, 2]
    assert type(captured[2]) is Mark
    assert captured[2].text.startswith("<too large #")
    assert captured[3] == 7


def test_the_budget_is_new_for_every_value() -> None:
    """A large value does not starve the next one."""
    capture = Capture(Limits(nodes=5, digest_nodes=20, total_chars=10))
    value = [[1, 2], [3, 4], [5, 6], "x" * 300, list(range(100))]
    assert capture.value(value) == capture.value(value)


def test_a_long_container_does_not_starve_its_elements() -> None:
    """Hidden elements do not count against the nodes of those that are shown."""
    captured = seen([[number] for number in range(10_000)])
    assert captured.shown == [[number] for number in range(50)]


def test_cycles_are_marked() -> None:
    """A container inside itself is a mark, on every path."""
    a: list[Any] = [1]
    a.append({"a": a, "t": (a,)})
    assert seen(a) == [1, {"a": CYCLE, "t": (CYCLE,)}]


def test_objects_in_cycles_are_marked() -> None:
    """A record that holds itself, and an exception among its own args, end."""
    key = Key("k")
    key.parts.append(key)
    error = ValueError(1)
    error.args = (error, 2)
    assert seen(key) == Struct("Key", (("name", "k"), ("parts", [CYCLE])))
    assert seen(error) == Struct("ValueError", ((None, CYCLE), (None, 2)))


def test_shared_values_are_shown_each_time() -> None:
    """The same list twice is no cycle."""
    shared = [1]
    assert seen([shared, shared]) == [[1], [1]]


def test_keys_are_captured_too() -> None:
    """Objects and tuples of objects as keys become descriptions."""
    assert seen({Thing(): 1, (Thing(), 2): 3}) == {Ref("Thing", 1): 1, (Ref("Thing", 2), 2): 3}


def test_keys_that_cannot_be_told_apart_are_all_shown() -> None:
    """A dict whose captured keys collide or cannot be hashed is described by its pairs."""
    one, two = (None, (Ref("Loose"), 1)), (None, (Ref("Loose"), 2))
    assert seen({Loose(): 1, Loose(): 2}) == Struct("dict", (one, two))
    assert seen({Key("k"): 1}) == Struct("dict", ((None, (Struct("Key", (("name", "k"), ("parts", []))), 1)),))


def test_elements_that_cannot_be_told_apart_are_all_shown() -> None:
    """A set whose captured elements collide or cannot be hashed is described by its elements."""
    assert seen({Loose(), Loose()}) == Struct("set", ((None, Ref("Loose")), (None, Ref("Loose"))))
    assert seen(frozenset({Key("k")})) == Struct("frozenset", ((None, Struct("Key", (("name", "k"), ("parts", [])))),))


def test_a_cut_set_shows_its_first_texts() -> None:
    """Which elements of a cut set are shown does not depend on the hash seed."""
    cut = seen({f"{number:03}" for number in range(200)})
    assert cut.shown == {f"{number:03}" for number in range(50)}


def test_a_very_large_set_shows_nothing() -> None:
    """Finding the first elements of more than a thousand would take too long."""
    cut = seen(set(range(1001)))
    assert (cut.shown, cut.hidden) == (set(), 1001)
    assert cut != seen(set(range(1, 1002)))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"password": "x", "user": "u"}, {"password": REDACTED, "user": "u"}),
        ({"password": {"deep": "x"}}, {"password": REDACTED}),
        ({"password": None, "secret": True, "token": ""}, {"password": None, "secret": True, "token": REDACTED}),
        ({"token": 3, "tokens": ["a"], "Token": "x"}, {"token": 3, "tokens": ["a"], "Token": REDACTED}),
        ({b"Authorization": b"x"}, {b"Authorization": REDACTED}),
        ({3: "x", None: "y", (1,): "z", 1.5: "v"}, {3: "x", None: "y", (1,): "z", 1.5: "v"}),
        (("authorization", "x"), ("authorization", REDACTED)),
        ([(b"cookie", b"a=b")], [(b"cookie", REDACTED)]),
        (("authorization", "x", 1), ("authorization", "x", 1)),
        ({"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc": 1}, {REDACTED: 1}),
    ],
)
def test_secrets_by_key(value: Any, expected: Any) -> None:
    """Values under a secret's name, in a dict or a header pair; a secret key itself."""
    assert seen(value) == expected


def test_fields_are_judged_once_for_each_shape() -> None:
    """The memory of harmless shapes is bounded."""
    capture = Capture()
    for number in range(5000):
        capture.value(types.SimpleNamespace(**{f"f{number}": 1}))
    assert len(capture._policy.harmless) <= 4096


def test_keys_of_other_text_types_are_read() -> None:
    """A str subclass as key, as header libraries use, names secrets too."""

    class Header(str):
        def __eq__(self, other: object) -> bool:
            raise AssertionError("called")

        def lower(self) -> str:
            raise AssertionError("called")

        __hash__ = str.__hash__

    captured = seen({Header("Authorization"): "x"})
    assert list(captured.values()) == [REDACTED]


def test_text_subclasses_are_text() -> None:
    """A str subclass under a name that hides texts is hidden; a number and an object are not."""

    class Word(str):
        pass

    values = {"token": Word("x"), "a_token": bytearray(b"x"), "my_token": Thing()}
    assert seen(values) == {"token": REDACTED, "a_token": REDACTED, "my_token": Ref("Thing", 1)}


def test_objects_under_construction_are_not_inspected() -> None:
    """An object inside its ``__init__`` is described by type and identity, at every place in a value."""
    capture, key = Capture(), Key("k")
    capture.constructing.add(id(key))
    assert capture.value([key, {"deep": key}]) == [Ref("Key", 1), {"deep": Ref("Key", 1)}]
    capture.constructing.discard(id(key))
    assert capture.value(key) == Struct("Key", (("name", "k"), ("parts", [])))


def test_objects_under_construction_are_not_read_for_digests() -> None:
    """Behind a cut, too, only the type of an unfinished object counts."""
    capture, key = Capture(), Key("k")
    capture.constructing.add(id(key))
    before = capture.value([0] * 50 + [key])
    key.parts.append(1)
    assert capture.value([0] * 50 + [key]) == before


def test_a_container_that_changes_meanwhile_is_a_mark() -> None:
    """A failure inside one part costs that part alone."""

    class Pairs:
        def __len__(self) -> int:
            return 1

        def __iter__(self) -> Any:
            from snapy_instrument.capture.plain_text import text_of

            return iter([text_of(Struct("S", 3))])  # type: ignore[arg-type]

    from snapy_instrument.capture.describers.registry import register_capture, unregister_capture
    from snapy_instrument.capture.views import DictView

    register_capture(Thing, lambda thing: [1, DictView(Pairs())])
    try:
        captured = seen([Thing(), 2])
    finally:
        unregister_capture(Thing)
    assert captured == [Struct("Thing", ((None, Mark("<capture failed: TypeError>")),)), 2]
