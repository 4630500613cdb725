"""Identity: each object has its own number, is never kept alive, and never taken for another."""

from __future__ import annotations

import gc
import threading
import weakref
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from snapy_instrument.capture.identity import Constructing, Identities, WeakTable
from snapy_instrument.values import Ref
from tests.capture.hostile import Traps


class Thing:
    """Can be weakly referenced."""


def test_numbers_come_in_the_order_of_first_sight() -> None:
    """The first object is 1, and is 1 again."""
    seen, one, two = Identities(), Thing(), Thing()
    assert [seen.ref(each, "Thing") for each in (one, two, one)] == [
        Ref("Thing", 1),
        Ref("Thing", 2),
        Ref("Thing", 1),
    ]


def test_an_object_is_not_kept_alive() -> None:
    """A numbered object is freed when the program drops it, without a garbage collection."""
    seen, thing = Identities(), Thing()
    freed = weakref.ref(thing)
    seen.ref(thing, "Thing")
    gc.disable()
    try:
        del thing
        assert freed() is None
    finally:
        gc.enable()


def test_objects_at_one_address_get_different_numbers() -> None:
    """A thousand objects that die and give their address to the next are a thousand objects."""
    seen = Identities()
    assert len({seen.ref(Thing(), "Thing") for _ in range(1000)}) == 1000


def test_objects_without_weak_references_have_no_number() -> None:
    """What cannot be followed safely is described by its type alone."""
    seen = Identities()
    assert seen.ref(object(), "object") == Ref("object", None)


def test_forgotten_numbers_are_not_given_again() -> None:
    """After forget() the same object has a number no other object had."""
    seen, thing = Identities(), Thing()
    first = seen.ref(thing, "Thing")
    seen.forget()
    assert seen.ref(thing, "Thing") == Ref("Thing", 2) != first


def test_dead_entries_are_purged() -> None:
    """A table that saw 100,000 dead objects holds little more than its smallest purge."""
    table: WeakTable[int] = WeakTable()
    for number in range(100_000):
        table.add(Thing(), number)
    assert len(table) <= 1025


def test_living_entries_survive_a_purge() -> None:
    """Objects that live keep their value while dead ones around them go."""
    table: WeakTable[int] = WeakTable()
    kept = [Thing() for _ in range(100)]
    for number, thing in enumerate(kept):
        table.add(thing, number)
    for number in range(5000):
        table.add(Thing(), number)
    assert [table.get(thing) for thing in kept] == list(range(100))


def test_objects_are_not_hashed_or_compared() -> None:
    """A hostile object and a class with a hostile metaclass are entered without a call."""
    traps = Traps()
    table: WeakTable[str] = WeakTable()
    obj = traps.make()
    table.add(obj, "object")
    table.add(type(obj), "class")
    assert [table.get(obj), table.get(type(obj))] == ["object", "class"]
    assert not traps.called


def test_threads_agree_on_a_number() -> None:
    """Eight threads that see the same objects first give each one number."""
    seen, things = Identities(), [Thing() for _ in range(500)]
    found: list[list[Ref]] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        found.append([seen.ref(thing, "Thing") for thing in things])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(refs == found[0] for refs in found)
    assert len(set(found[0])) == 500


def test_construction_ends_with_its_outermost_init() -> None:
    """An object whose ``__init__`` calls its base's stays under construction until the outer one ends."""
    constructing = Constructing()
    constructing.add(7)
    constructing.add(7)
    constructing.discard(7)
    assert 7 in constructing
    constructing.discard(7)
    assert 7 not in constructing
    assert len(constructing) == 0


def test_discarding_what_was_never_added_is_nothing() -> None:
    """An unbalanced discard leaves no trace behind."""
    constructing = Constructing()
    constructing.discard(7)
    assert 7 not in constructing


def test_values_without_weak_references_are_refused() -> None:
    """A table says TypeError rather than keeping an object by its address."""
    with pytest.raises(TypeError):
        WeakTable[int]().add(object(), 1)


def test_very_many_objects_keep_their_numbers() -> None:
    """The table grows, and drops those that are dead."""
    identities = Identities()
    kept = [Thing() for _ in range(3000)]
    numbers = [identities.ref(thing, "Thing").serial for thing in kept]
    for _ in range(5000):
        identities.ref(Thing(), "Thing")
    assert [identities.ref(thing, "Thing").serial for thing in kept] == numbers
    assert len(identities.refs) < 3 * len(kept)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 30).map(lambda number: 64 * number)), max_size=200))
@example([(True, 192), (True, 448), (False, 192), (True, 192), (False, 192)])
def test_constructing_counts_whatever_the_order(steps: list[tuple[bool, int]]) -> None:
    """Ids that come and go, near one another in the native table."""
    constructing, counts = Constructing(), Counter[int]()
    for begins, identity in steps:
        if begins:
            constructing.add(identity)
            counts[identity] += 1
        elif counts[identity]:
            constructing.discard(identity)
            counts[identity] -= 1
    assert [identity for identity in range(64, 64 * 31, 64) if identity in constructing] == sorted(+counts)
    constructing.clear()
    assert not any(identity in constructing for identity in counts)
