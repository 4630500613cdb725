"""Events and values as JSON."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent, EventType, ExceptionInfo
from snapy_instrument.trace.storage.event_json import decode, encode, event_from_json
from snapy_instrument.values import Cut, Mark, Ref, Struct
from tests.trace.builders import event
from tests.trace.storage.event_lines import event_to_json

# All code points, lone surrogates too.
TEXTS = st.text(st.characters(), max_size=5)
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    TEXTS,
    st.binary(max_size=5),
    st.binary(max_size=5).map(bytearray),
    st.builds(Ref, TEXTS, st.one_of(st.none(), st.integers(0, 9))),
    st.builds(Mark, TEXTS),
)
KEYS: st.SearchStrategy[Any] = st.one_of(
    TEXTS,
    st.integers(),
    st.none(),
    st.just("~"),
    st.tuples(st.integers()),
    st.frozensets(st.integers(), max_size=2),
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Everything that holds values."""
    fields = st.lists(st.tuples(st.one_of(st.none(), TEXTS), inner), max_size=3).map(tuple)
    return st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.sets(KEYS, max_size=3),
        st.frozensets(KEYS, max_size=3),
        st.dictionaries(KEYS, inner, max_size=3),
        st.builds(Struct, TEXTS, fields),
        st.builds(Cut, inner, st.integers(), TEXTS, TEXTS),
    )


VALUES = st.recursive(SCALARS, containers, max_leaves=8)
EVENTS = st.builds(
    CallEvent,
    event_type=st.sampled_from(EventType),
    function_name=TEXTS,
    filename=TEXTS,
    line_number=st.integers(0, 9),
    args=st.dictionaries(TEXTS, VALUES, max_size=2),
    return_value=VALUES,
    depth=st.integers(0, 9),
    timestamp=st.floats(allow_nan=False),
    thread_id=TEXTS,
    memory_usage=st.integers(0),
    module=TEXTS,
    qualname=TEXTS,
    call_id=st.integers(0),
    parent_id=st.one_of(st.none(), st.integers(0)),
    task=st.one_of(st.none(), TEXTS),
    exception=st.one_of(st.none(), st.builds(ExceptionInfo, TEXTS, TEXTS)),
    backend=TEXTS,
    raised_in=st.one_of(st.none(), st.integers(0)),
    defaulted=st.lists(TEXTS, max_size=2).map(tuple),
    spawn_id=st.one_of(st.none(), st.integers(0)),
    detached=st.booleans(),
    finished=st.booleans(),
)


def through_json(value: Any) -> Any:
    """``value`` written to UTF-8 text and read again."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    return json.loads(text.encode("utf-8"))


def exact(value: Any) -> Any:
    """``value`` with its types and its signs, comparable: unlike ==, and unlike repr in spite of the order of sets."""
    if isinstance(value, set | frozenset):
        return type(value), sorted(repr(exact(each)) for each in value)
    if isinstance(value, dict):
        return dict, [(exact(key), exact(each)) for key, each in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [exact(each) for each in value]
    if isinstance(value, Struct):
        return Struct, value.type_name, exact(value.fields)
    if isinstance(value, Cut):
        return Cut, exact(value.shown), value.hidden, value.unit, value.digest
    return type(value), repr(value)


@settings(deadline=None, max_examples=300)
@given(VALUES)
def test_values_come_back(value: Any) -> None:
    """Every captured value is read unchanged, types and signs included."""
    assert exact(decode(through_json(encode(value)))) == exact(value)


@settings(deadline=None)
@given(EVENTS)
def test_events_come_back(original: CallEvent) -> None:
    """Every field of every event is read unchanged."""
    found = event_from_json(through_json(event_to_json(original)))
    assert all(exact(getattr(found, name)) == exact(getattr(original, name)) for name in CallEvent.__slots__)


@pytest.mark.parametrize(
    "value",
    [1 << 40_000, -(1 << 40_000), 1 << 2000, "\ud83d\ude00", {"~": 1}, -0.0, math.nan],
    ids=["long", "long negative", "600 digits", "surrogates", "tag", "negative zero", "nan"],
)
def test_values_that_json_would_change(value: Any) -> None:
    """Long integers, surrogates side by side, our own tag as key, and special floats come back."""
    assert encode(decode(through_json(encode(value)))) == encode(value)


def test_plain_values_are_plain_json() -> None:
    """What JSON knows is written as it is."""
    value = {"a": [1, 2.5, None, True, "text"]}
    assert encode(value) == value


def test_optional_fields_with_their_default_are_left_out() -> None:
    """A hand-made event has the founding document's ten fields."""
    assert len(event_to_json(event("call", "f"))) == 10


def test_type_of_a_read_event_is_the_enum() -> None:
    """Read events have the same kinds as recorded ones."""
    assert type(event_from_json(event_to_json(event("call", "f"))).event_type) is EventType


def test_live_object_cannot_be_saved() -> None:
    """A value that capture does not make is an error that names its type."""
    with pytest.raises(TraceError, match="a object cannot be saved"):
        encode([object()])


FULL = event_to_json(event("call", "f"))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"unknown": 1}, "an event has no unknown"),
        ({"event_type": 3}, "event_type must be a text, not 3"),
        ({"event_type": []}, "event_type must be a text, not a list"),
        ({"depth": "1"}, "depth must be a whole number, not a str"),
        ({"depth": 1.5}, "depth must be a whole number, not 1.5"),
        ({"args": []}, "args must be an object with the arguments by name, not a list"),
        ({"args": {"~": "dict", "v": [[1, 2]]}}, "args must be an object with the arguments by name"),
        ({"timestamp": None}, "timestamp must be a number of seconds, not None"),
        ({"timestamp": 10**400}, "timestamp must be a number of seconds"),
        ({"task": 1}, "task must be a text or null, not 1"),
        ({"detached": 1}, "detached must be true or false, not 1"),
        ({"exception": ["a"]}, "exception must be null, or the name of a type and a message, not a list"),
        ({"exception": "ab"}, "exception must be null"),
        ({"exception": [1, 2]}, "exception must be null"),
        ({"defaulted": 1}, "defaulted must be a list of names, not 1"),
        ({"defaulted": "abc"}, "defaulted must be a list of names, not a str"),
    ],
)
def test_a_wrong_field_is_named(changed: dict[str, Any], message: str) -> None:
    """With what it must be and what it is."""
    with pytest.raises(ValueError, match=re.escape(message)):
        event_from_json({**FULL, **changed})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"~": "nothing", "v": 1}, "has the unknown kind 'nothing'"),
        ({"~": [], "v": 1}, "has the unknown kind []"),
        ({"~": "set"}, "lacks its content"),
        ({"~": "set", "v": [[]]}, "unhashable"),
        ({"~": "tuple", "v": "ab"}, "a str is in the place of a list"),
        ({"~": "ref", "v": []}, "not enough values"),
        ({"~": "ref", "v": ["P", "1"]}, "a str is in the place of a"),
        ({"~": "struct", "v": [1, []]}, "1 is in the place of a str"),
        ({"~": "struct", "v": ["P", [[1, 2]]]}, "1 is in the place of a text or null"),
        ({"~": "mark", "v": 3}, "3 is in the place of a str"),
        ({"~": "cut", "v": ["a", "b", "chars", ""]}, "a str is in the place of a int"),
        ({"~": "bytes", "v": "x"}, "non-hexadecimal"),
        ({"~": "float", "v": 10**400}, "too large"),
    ],
)
def test_a_value_that_capture_does_not_make_is_refused(value: Any, message: str) -> None:
    """Wherever it is in an event."""
    for changed in ({"return_value": value}, {"args": {"x": [value]}}):
        with pytest.raises(ValueError, match=f"holds no captured value: .*{re.escape(message)}"):
            event_from_json({**FULL, **changed})


def test_missing_fields_are_named() -> None:
    """All of them at once."""
    with pytest.raises(ValueError, match="an event lacks filename, depth"):
        event_from_json({name: value for name, value in FULL.items() if name not in ("filename", "depth")})


def test_an_event_is_an_object() -> None:
    """Other JSON is none."""
    with pytest.raises(ValueError, match="an event is a JSON object, not list"):
        event_from_json([])
