"""Recursion."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.trace.analysis.recursion import RecursionPattern, RecursiveTracker
from tests.trace.builders import Spec, call, event, events


def analyze(*specs: Spec) -> list[RecursionPattern]:
    """The recursion in what ``specs`` record."""
    return RecursiveTracker().analyze(events(*specs))


def chain(*names: str) -> Spec:
    """Each function calls the next."""
    spec = call(names[-1])
    for name in reversed(names[:-1]):
        spec = call(name)(spec)
    return spec


def test_first_sighting_opens_an_empty_list() -> None:
    """The founding document's behaviour: the first call of a name is not noted."""
    tracker = RecursiveTracker()
    tracker.track_recursive_call("f", {"n": 3})
    assert tracker.recursion_patterns == {"f": []}


def test_later_sightings_are_noted() -> None:
    """From the second call on depth, args and time are kept."""
    tracker = RecursiveTracker()
    for depth in (0, 1):
        tracker.recursion_depth = depth
        tracker.track_recursive_call("f", {"n": depth})
    (seen,) = tracker.recursion_patterns["f"]
    assert (seen["depth"], seen["args"], type(seen["timestamp"])) == (1, {"n": 1}, float)


def test_no_recursion() -> None:
    """Functions that call each other in one direction make no pattern."""
    assert analyze(chain("m.a", "m.b", "m.c"), chain("m.a", "m.c")) == []


def test_direct_recursion() -> None:
    """A function that calls itself, with its depth and its number of calls."""
    assert analyze(chain("m.f", "m.f", "m.f"), call("m.f")) == [RecursionPattern("direct", ("m.f",), 3, 4)]


def test_mutual_recursion() -> None:
    """Functions that call each other, with their calls open at once."""
    expected = [RecursionPattern("mutual", ("m.even", "m.odd"), 5, 5)]
    assert analyze(chain("m.even", "m.odd", "m.even", "m.odd", "m.even")) == expected


def test_cycle_begins_with_the_first_name() -> None:
    """One cycle has one name, wherever it was entered."""
    patterns = analyze(chain("m.c", "m.a", "m.b", "m.c"), chain("m.b", "m.c", "m.a", "m.b"))
    assert [pattern.functions for pattern in patterns] == [("m.a", "m.b", "m.c")]


def test_recursion_inside_recursion_makes_two_patterns() -> None:
    """A function that calls itself on the way around is a recursion of its own."""
    patterns = analyze(chain("m.f", "m.g", "m.g", "m.f"))
    assert [(pattern.kind, pattern.functions) for pattern in patterns] == [
        ("mutual", ("m.f", "m.g")),
        ("direct", ("m.g",)),
    ]


def test_siblings_are_no_recursion() -> None:
    """A function called twice by another does not call itself."""
    assert analyze(call("m.f")(call("m.g"), call("m.g"))) == []


def test_analysis_leaves_sightings_alone() -> None:
    """What the user noted is unchanged."""
    tracker = RecursiveTracker()
    tracker.analyze(events(chain("m.f", "m.f")))
    assert tracker.recursion_patterns == {}


def test_deep_recursion() -> None:
    """10,000 nested calls are analysed without recursion of our own."""
    found = [event("call", "f", call_id=i, parent_id=i - 1 or None) for i in range(1, 10_001)]
    assert RecursiveTracker().analyze(found) == [RecursionPattern("direct", ("f",), 10_000, 10_000)]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["m.a", "m.b", "m.c"]), min_size=1, max_size=12))
def test_every_cycle_is_simple_and_starts_with_its_least_name(names: list[str]) -> None:
    """No cycle names a function twice, each begins with its least name, and each is reported once."""
    cycles = [pattern.functions for pattern in analyze(chain(*names))]
    assert all(len(set(cycle)) == len(cycle) and cycle[0] == min(cycle) for cycle in cycles)
    assert len(set(cycles)) == len(cycles)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["m.a", "m.b", "m.c"]), min_size=1, max_size=12))
def test_recursion_is_found_where_a_name_repeats(names: list[str]) -> None:
    """There is a pattern exactly if some function is open twice."""
    assert bool(analyze(chain(*names))) == (len(set(names)) < len(names))
