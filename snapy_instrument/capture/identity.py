"""Identities of live objects, which are not kept alive."""

from __future__ import annotations

__all__ = ["Constructing", "Identities", "RefTable", "WeakTable"]

import weakref
from itertools import count
from typing import Any, Generic, TypeVar

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._twins import twinned
from snapy_instrument.values import Ref

keep_builtins(globals())

T = TypeVar("T")
SMALLEST_PURGE = 1024


class WeakTable(Generic[T]):
    """A table from objects to values, by identity: objects are not hashed, compared or kept alive.

    The key is the identity of an object's one weak reference without callback. The table holds that reference,
    so its identity is not given out again: an object that takes the address of a dead one is a new key. Each
    step is one operation on a dict, so threads need no lock and a fork finds none held.

    Attributes:
        entries: From the id of the reference to the reference and the value.
    """

    __slots__ = ("_purge_at", "entries")

    def __init__(self) -> None:
        self.entries: dict[int, tuple[weakref.ref[Any], T]] = {}
        self._purge_at = SMALLEST_PURGE

    def get(self, obj: Any) -> T | None:
        """Return the value of ``obj``, or None. Raises TypeError if ``obj`` cannot be weakly referenced."""
        reference = weakref.ref(obj)  # held: else another thread's reference may get its id
        # Not by the object's id: once it is dead, an object that takes its address would get its number.
        entry = self.entries.get(id(reference))
        return None if entry is None else entry[1]

    def add(self, obj: Any, value: T) -> T:
        """Add ``value`` for ``obj`` and return it, or the value that another thread added first."""
        reference = weakref.ref(obj)
        # One operation: two threads that meet an object at the same time get one number for it.
        kept = self.entries.setdefault(id(reference), (reference, value))[1]
        if len(self.entries) > self._purge_at:
            self._purge()
        return kept

    def clear(self) -> None:
        """Forget every object."""
        self.entries.clear()
        self._purge_at = SMALLEST_PURGE

    def __len__(self) -> int:
        return len(self.entries)

    def _purge(self) -> None:
        """Drop dead objects. The next purge comes when the living have doubled, so the cost is spread evenly."""
        for key in list(self.entries):  # a list of pairs would allocate, collect garbage and let other threads in
            entry = self.entries.get(key)
            if entry is not None and entry[0]() is None:
                # Another thread may purge as well.
                self.entries.pop(key, None)
        self._purge_at = max(SMALLEST_PURGE, 2 * len(self.entries))


@twinned
class RefTable(WeakTable[Ref]):
    """The `Ref` of each object; the native twin is ``native/identity_tables.c``."""


class Identities:
    """The numbers of the objects of a recording: 1, 2, … in the order in which they are first seen.

    Attributes:
        numbers: An iterator over the next numbers.
        refs: The `Ref` of each object.
    """

    __slots__ = ("numbers", "refs")

    def __init__(self) -> None:
        self.refs = RefTable()
        self.numbers = count(1)

    def ref(self, obj: Any, type_name: str) -> Ref:
        """Return ``obj`` by type and number; without a number if it cannot be weakly referenced."""
        try:
            found = self.refs.get(obj)
        except TypeError:
            return Ref(type_name)
        return self.refs.add(obj, Ref(type_name, next(self.numbers))) if found is None else found

    def forget(self) -> None:
        """Drop every object. Numbers go on: an object that is seen again gets a new one."""
        self.refs.clear()


@twinned
class Constructing:
    """Ids of objects inside their ``__init__``. An id stays until it is discarded as often as added."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def add(self, identity: int) -> None:
        """Note that an ``__init__`` of the object begins."""
        self._counts[identity] = self._counts.get(identity, 0) + 1

    def discard(self, identity: int) -> None:
        """Note that an ``__init__`` of the object ends; nothing happens if none has begun."""
        # An `__init__` calls its base's with the same object: counted, the inner end does not end the outer one.
        left = self._counts.pop(identity, 1) - 1
        if left:
            self._counts[identity] = left

    def clear(self) -> None:
        """Forget all of them."""
        self._counts.clear()

    def __len__(self) -> int:
        return len(self._counts)

    def __contains__(self, identity: int) -> bool:
        return identity in self._counts
