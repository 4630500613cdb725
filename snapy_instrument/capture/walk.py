"""The walk through one value: containers, descriptions, and the limits of depth, items and nodes.

`Walk.value` takes leaves itself and enters containers by `_enter`, which keeps the path and calls the step for the
type: `_list`, `_tuple`, `_dict`, `_set`, or `_struct` for what a describer made of an object.
"""

from __future__ import annotations

__all__ = ["Walk", "Walks"]

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._raw import BUILTINS
from snapy_instrument.capture.describers.decide import decide
from snapy_instrument.capture.describers.registry import BySetting
from snapy_instrument.capture.digest import Digester, ordered
from snapy_instrument.capture.plain_text import failed
from snapy_instrument.capture.policy import Policy
from snapy_instrument.capture.redaction.redactor import Secrecy
from snapy_instrument.capture.strings import Budget
from snapy_instrument.capture.views import Blob, Description, DictView, ListView
from snapy_instrument.values import CYCLE, REDACTED, Cut, Mark, Struct

keep_builtins(globals())

_NEVER = Secrecy.NEVER
# Smaller ints are taken without a call, and compare fast.
_QUICK = 1_000_000_000
# A larger set shows no elements: which come first is known only when all are read.
_MOST_ORDERED = 1000


class Walk:
    """A walk through one live value, which counts the nodes and texts it keeps."""

    __slots__ = (
        "_budget",
        "_clean",
        "_constructing",
        "_depth",
        "_items",
        "_nodes",
        "_path",
        "_policy",
        "_secrecies",
    )

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._clean = policy.texts.clean
        self._constructing = policy.constructing
        self._depth = policy.limits.depth
        self._items = policy.limits.items
        self._path: list[int] = []
        self._secrecies = policy.secrecies
        self.reset()

    def reset(self) -> None:
        """Get ready for the next value."""
        self._nodes = self._policy.limits.nodes
        self._budget: Budget | None = None
        # Not empty if the stack ended in the middle of a step, or if the native twin took the last one.
        self._path.clear()

    def value(self, obj: Any) -> Any:
        """Return ``obj`` as a plain value."""
        kind = type(obj)
        if kind is str:
            return obj if obj in self._clean else self._policy.texts.text(obj, self._reading())
        if kind is int:
            return obj if -_QUICK < obj < _QUICK else self._policy.large_int(obj)
        if obj is None or kind is bool or kind is float or kind is complex:
            return obj
        build = _CONTAINERS.get(id(kind))
        if build is not None:
            return self._enter(obj, build, obj)
        if kind is bytes:
            return self._policy.texts.data(obj, self._reading())
        build = _VIEWS.get(id(kind))
        return self._object(obj, kind) if build is None else build(self, obj)

    # -- called by the native twin, for what it leaves to Python --------------------------------

    def go_to(self, path: list[int], nodes: int, budget: Budget | None) -> None:
        """Continue inside the objects of these ids, with what is left of nodes and budget."""
        self._path[:] = path
        self._nodes = nodes
        self._budget = budget

    def part(self, obj: Any) -> tuple[Any, int, Budget | None]:
        """Return ``obj`` as a plain value, and the nodes and the budget that are left."""
        value = self.value(obj)
        return value, self._nodes, self._budget

    # -- the steps ----------------------------------------------------------------------------------------

    def _enter(self, obj: Any, build: Callable[[Walk, Any], Any], parts: Any) -> Any:
        path = self._path
        identity = id(obj)
        # A list of at most a few ids (the limit of depth): faster than a set, and ordered for the native twin.
        if identity in path:
            return CYCLE
        # After the look for a cycle: a list that holds itself is `<cycle>` at each limit of depth.
        if len(path) >= self._depth:
            return Mark(f"<too deep #{self._digester().value(obj)}>")
        if self._nodes <= 0:
            return Mark(f"<too large #{self._digester().value(obj)}>")
        path.append(identity)
        try:
            return build(self, parts)
        except Exception as error:
            return failed(error)
        finally:
            path.pop()

    def _object(self, obj: Any, kind: type) -> Any:
        if id(obj) in self._path:
            return CYCLE
        try:
            decision = decide(kind)
            constructing = self._constructing and id(obj) in self._constructing
            shape = None if constructing else decision.describe(obj)
            if type(shape) is BySetting:
                shape = shape.make(self._policy.frames)
        except Exception as error:
            return failed(error)
        if shape is None:
            return self._policy.identities.ref(obj, decision.title)
        return shape if type(shape) is Mark else self._enter(obj, Walk._struct, shape)

    def _struct(self, shape: Description) -> Any:
        title, names, values = shape
        if len(values) > self._items:
            return self._cut_struct(title, names, values)
        return Struct(title, self._fields(names, self._policy.redacted_fields(names, values)))

    def _fields(self, names: Any, values: Any) -> tuple[Any, ...]:
        # Counted before they are read: what is inside finds less left, and the walk ends in any case.
        self._nodes -= len(names)
        fields = []
        for name, value in zip(names, values):  # noqa: B905 - costs a tenth of the loop
            kind = type(value)
            plain = (kind is int and -_QUICK < value < _QUICK) or (kind is str and value in self._clean)
            fields.append((name, value if plain else self.value(value)))
        return tuple(fields)

    def _each(self, items: Sequence[Any]) -> list[Any]:
        # A loop: map() over a Python function takes twice as long.
        self._nodes -= len(items)
        made = []
        for item in items:
            kind = type(item)
            plain = (kind is int and -_QUICK < item < _QUICK) or (kind is str and item in self._clean)
            made.append(item if plain else self.value(item))
        return made

    def _cut_struct(self, title: str, names: Any, values: Any) -> Cut:
        shown = self._policy.redacted_fields(names[: self._items], values[: self._items])
        made = Struct(title, self._fields(names[: self._items], shown))
        rest = self._policy.redacted_fields(names[self._items :], values[self._items :])
        return Cut(made, len(rest), "fields", self._digester().rest(rest, len(rest)))

    def _list(self, obj: Any) -> Any:
        size = len(obj)
        made = self._each(obj[: self._items])
        return made if size <= self._items else self._cut(made, obj, size)

    def _tuple(self, obj: Any) -> Any:
        size = len(obj)
        # A pair of name and value, as in lists of headers and in `dict.items()`.
        if size == 2 and self._policy.hides_under(*obj):
            return (self.value(obj[0]), REDACTED)
        made = tuple(self._each(obj[: self._items]))
        return made if size <= self._items else self._cut(made, obj, size)

    def _list_view(self, view: Any) -> Any:
        size = len(view.source)
        made = self._each(list(islice(view.source, self._items)))
        return made if size <= self._items else self._cut(made, view.source, size)

    def _cut(self, made: Any, source: Any, size: int) -> Cut:
        digester = self._digester()
        hidden = size - self._items
        return Cut(made, hidden, "items", digester.rest(digester.elements(source, self._items), hidden))

    def _dict(self, obj: Any) -> Any:
        # Each namespace that code ran in holds it, and it differs from Python to Python.
        return Mark("<builtins>") if obj is BUILTINS else self._pairs(obj.items())

    def _dict_view(self, view: Any) -> Any:
        return self._pairs(view.pairs)

    def _pairs(self, pairs: Any) -> Any:
        size = len(pairs)
        shown = self._shown_pairs(list(islice(pairs, self._items)))
        made: Any
        try:
            made = dict(shown)
        except TypeError:  # a key that is hashable alive and not as a description
            made = None
        # Keys that differ alive may have equal descriptions; a dict would lose one of them.
        if made is None or len(made) < len(shown):
            made = Struct("dict", tuple([(None, pair) for pair in shown]))
        return made if size <= self._items else self._cut_pairs(made, pairs, size)

    def _cut_pairs(self, made: Any, pairs: Any, size: int) -> Cut:
        digester = self._digester()
        hidden = size - self._items
        return Cut(made, hidden, "items", digester.rest(digester.pairs(pairs, self._items), hidden))

    def _shown_pairs(self, pairs: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
        self._nodes -= 2 * len(pairs)
        secrecies, clean = self._secrecies, self._clean
        shown = []
        for key, value in pairs:
            kind = type(value)
            if type(key) is not str or secrecies.get(key) is not _NEVER or key not in clean:
                plain = False
                value = REDACTED if self._policy.hides_under(key, value) else value
                key = self.value(key)
            else:
                plain = (kind is int and -_QUICK < value < _QUICK) or (kind is str and value in clean)
            shown.append((key, value if plain else self.value(value)))
        return shown

    def _set(self, obj: Any) -> Any:
        kind = type(obj)
        size = len(obj)
        # `list` of a set takes its elements in one step; another thread cannot change it meanwhile.
        items = self._in_order(list(obj)) if size <= max(_MOST_ORDERED, self._items) else None
        if items is None:
            return Cut(kind(), size, "items", self._digester().value(obj))
        shown = self._each(items[: self._items])
        made: Any
        try:
            made = kind(shown)
        except TypeError:  # an element that is hashable alive and not as a description
            made = None
        if made is None or len(made) < len(shown):
            made = Struct(kind.__name__, tuple([(None, each) for each in shown]))
        hidden = size - len(shown)
        if not hidden:
            return made
        return Cut(made, hidden, "items", self._digester().rest(items[self._items :], hidden))

    def _in_order(self, items: list[Any]) -> list[Any] | None:
        """Return the elements of a set in an order that does not depend on the hash seed; None if there is none."""
        size = len(items)
        # All are shown, and the text of a trace sorts them: no order is needed here.
        if size <= 1 or (size <= self._items and all(map(self._is_short, items))):
            return items
        return ordered(self._policy, items, self._reading())

    def _is_short(self, item: Any) -> bool:
        """Return whether ``item`` is a scalar that takes nothing of the budgets, so its place does not matter."""
        kind = type(item)
        if kind is str:
            return item in self._clean or self._policy.texts.is_clean(item)
        return kind is int or item is None

    def _blob(self, blob: Any) -> Any:
        return self._policy.texts.blob(blob, self._reading())

    def _reading(self) -> Budget:
        if self._budget is None:
            limits = self._policy.limits
            self._budget = Budget(limits.digest_nodes, limits.digest_chars, limits.total_chars)
        return self._budget

    def _digester(self) -> Digester:
        return Digester(self._policy, self._reading())


_CONTAINERS: dict[int, Callable[[Walk, Any], Any]] = {
    id(list): Walk._list,
    id(tuple): Walk._tuple,
    id(dict): Walk._dict,
    id(set): Walk._set,
    id(frozenset): Walk._set,
}
_VIEWS: dict[int, Callable[[Walk, Any], Any]] = {
    id(ListView): Walk._list_view,
    id(DictView): Walk._dict_view,
    id(Blob): Walk._blob,
}


class Walks:
    """The walks of one recording, used again: making one takes as long as a small value."""

    __slots__ = ("_clean", "_idle", "_items", "_policy")

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._clean = policy.texts.clean
        self._items = policy.limits.items
        self._idle: list[Walk] = []

    def value(self, obj: Any) -> Any:
        """Return ``obj``, which is no scalar, as a plain value."""
        if type(obj) is list and len(obj) <= self._items:
            # A copy first: the program may change the list in another thread while it is looked at.
            made = obj[:]
            if _are_scalars(made, self._clean):
                return made
        walk = self.take()
        value = walk.value(obj)
        self.give(walk)
        return value

    def take(self) -> Walk:
        """Return a walk that no other thread has."""
        try:
            return self._idle.pop()
        except IndexError:
            return Walk(self._policy)

    def give(self, walk: Walk) -> None:
        """Take back a walk that is finished."""
        walk.reset()
        self._idle.append(walk)


def _are_scalars(items: Iterable[Any], clean: set[str]) -> bool:
    """Return whether all of ``items`` are plain already: no large ints, and texts known to be clean."""
    for item in items:
        kind = type(item)
        if kind is int:
            if not -_QUICK < item < _QUICK:
                return False
        elif kind is str:
            if item not in clean:
                return False
        elif not (item is None or kind is float or kind is bool):
            return False
    return True
