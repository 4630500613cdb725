"""The native twin gives what the pure one gives."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument import FunctionTracer, install_hook, traced
from snapy_instrument import _twins as implementation
from snapy_instrument._twins import pure_twin
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.redaction.redactor import Secrecy
from snapy_instrument.recording.records import event_of, pure_event_of
from tests.lifetime import workload
from tests.lifetime.workload import mixed
from tests.native.paths import Item, Plain, Point, Slotted, program, values

LOADED: Any = Capture.__mro__[1]
PURE_VALUE = pure_twin(LOADED).value

KEYS = st.one_of(st.integers(), st.text(max_size=5), st.sampled_from(["password", "token", "name"]), st.none())
LONG = st.builds(str.__mul__, st.sampled_from(["x", "y z ", "password=hunter2 "]), st.integers(1, 200))
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.binary(max_size=6),
    LONG,
)
THINGS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=6),
        st.tuples(KEYS, inner),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(KEYS, inner, max_size=6),
        st.builds(Item, st.text(max_size=4), st.integers(), inner),
        st.builds(Slotted, st.integers(), inner),
        st.builds(Point, inner, inner),
        st.builds(Plain, st.integers()),
        st.sets(st.one_of(st.integers(), st.text(max_size=3)), max_size=6),
    ),
    max_leaves=12,
)
LIMITS = st.builds(
    Limits,
    depth=st.integers(1, 4),
    items=st.integers(1, 5),
    chars=st.sampled_from([1, 12, 150]),
    nodes=st.integers(1, 12),
    total_chars=st.integers(1, 1000),
    digest_nodes=st.integers(1, 100),
    digest_chars=st.integers(1, 1000),
)


def both(obj: object, limits: Limits, secrecy: Secrecy) -> tuple[object, object]:
    """What the loaded twin and the pure one make of it, each in a recording of its own."""
    loaded, pure = Capture(limits), Capture(limits)
    return loaded.value(obj, secrecy), PURE_VALUE(pure, obj, secrecy)


@settings(deadline=None, max_examples=300)
@given(THINGS, LIMITS, st.sampled_from(Secrecy))
def test_capture_is_the_same_value_of_the_same_type(obj: object, limits: Limits, secrecy: Secrecy) -> None:
    """Whatever the value, the limits and the verdict on its name."""
    mine, pures = both(obj, limits, secrecy)
    assert repr(mine) == repr(pures)
    assert type(mine) is type(pures)


CHANGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), LEAVES | st.integers(0, 5).map(Plain)), max_size=12)


@settings(deadline=None, max_examples=200)
@given(CHANGES)
def test_objects_that_change_are_described_as_they_are_at_the_moment(changes: list[tuple[int, int, object]]) -> None:
    """The same objects come again and again in one recording, changed or not; earlier descriptions stay unchanged."""
    item, listed = Item("pen", 2), [1, "a", 2.5]
    pool: list[object] = [item, listed, {"a": 1, "b": item}, (item, listed, "x"), [item, (1, 2)], Plain()]
    loaded, pure = Capture(), Capture()
    described: list[tuple[object, str]] = []
    for which, place, value in [(0, 0, "pen"), *changes]:
        obj = pool[which]
        if isinstance(obj, list):
            obj[place : place + 1] = [value]
        elif isinstance(obj, dict):
            obj["abcd"[place]] = value
        elif isinstance(obj, Item):
            obj.more = value
        for each in [*pool, *pool[::-1]]:
            mine = loaded.value(each)
            assert repr(mine) == repr(PURE_VALUE(pure, each))
            described.append((mine, repr(mine)))
    assert all(repr(mine) == was for mine, was in described)


@pytest.mark.parametrize("index", range(len(values())))
def test_each_kind_of_value_is_captured_alike(index: int) -> None:
    """One value of each kind that capture knows, twice: tables are filled the second time."""
    obj = values()[index]
    loaded, pure = Capture(), Capture()
    for _ in range(2):
        assert repr(loaded.value(obj)) == repr(PURE_VALUE(pure, obj))


def test_a_property_that_takes_the_place_of_a_field_is_never_read() -> None:
    """Not even where instances were captured before the class was changed."""

    class Changing(Item):
        pass

    capture, item = Capture(), Changing("pen", 2)
    read: list[object] = []
    assert repr(capture.value(item)) == "Changing(sku='pen', qty=2, more=None)"
    Changing.qty = property(read.append)  # type: ignore[assignment]
    capture.value(item)
    assert read == []


@pytest.mark.parametrize("backend", ["proxy", "auto"])
@pytest.mark.parametrize("modules", ["tests.native.paths", "tests.lifetime.workload"])
def test_an_event_is_the_same_whoever_makes_it_of_its_record(modules: str, backend: Any) -> None:
    """Calls, returns, exceptions, steps, of threads and tasks: every field, and its type."""
    run = mixed if modules == workload.__name__ else program(lambda obj: traced(obj))
    with install_hook([modules]), FunctionTracer([modules], backend=backend, detail_level="verbose") as tracer:
        run()
        recorder = tracer._recorder
        assert recorder is not None
        records = list(recorder._log)
    assert len(records) > 100
    for record in records:
        mine, pures = astuple(event_of(record)), astuple(pure_event_of(record))
        assert mine == pures
        assert list(map(type, mine)) == list(map(type, pures))


def test_the_loaded_twin_is_compared() -> None:
    """Not the pure one with itself, unless that was asked for."""
    loaded_is_pure = Capture.value is PURE_VALUE
    assert loaded_is_pure == (implementation.IMPLEMENTATION == "pure")
