"""Gives each change of a diff to its cause, along the ways that values take between calls.

A call is taken to be a function of its inputs: its arguments, and what the calls inside it returned so far. Where it
behaves differently although no input changed, the change is a cause; else it follows from the input that changed.
"""

from __future__ import annotations

__all__ = ["Flow", "Step", "trace_flow"]

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from snapy_instrument.trace.diff.causes.cause import Cause, CauseKey, cause_key, make_cause
from snapy_instrument.trace.diff.change import Change, Place
from snapy_instrument.trace.diff.parse import TextNode
from snapy_instrument.trace.diff.value_diff import ValueChange
from snapy_instrument.trace.text.layout import OTHER_THREADS

_SHORTEST = 3
_COMMON = frozenset({"True", "False", "None"})
_MOST_INPUTS = 16
_MOST_AROUND = 100
_CALL_KINDS = frozenset({"added", "removed", "moved", "repeated", "renamed"})
_END_KINDS = frozenset({"result", "raises", "no longer raises", "exception"})
_UNFINISHED = "<unfinished>"
_GENERATOR = re.compile(r"<(?:async_)?generator ([^<>,\s]+(?:<[^<>]*>[^<>,\s]*)*)>")


@dataclass(slots=True, eq=False)
class Step:
    """A change on its way to a cause.

    Attributes:
        change: The change.
        cause: The key of the cause that it belongs to.
        is_root: Whether it is that cause, and not one of its consequences.
        actor: The name of the function whose behaviour it shows: the call itself for a result, its caller for an
            argument and for an added or removed call.
        may_hold_state: Whether the actor can depend on more than its arguments show.
    """

    change: Change
    cause: CauseKey
    is_root: bool
    actor: str
    may_hold_state: bool


class Flow:
    """The changes of one diff, each with its cause.

    Attributes:
        steps: The changes, in the order of the diff.
        functions: Names of all functions in the new text, those that did not change too.
    """

    def __init__(self, steps: Sequence[Step], functions: frozenset[str]) -> None:
        self.steps = steps
        self.functions = functions

    def changes(self) -> list[Change]:
        """Return the changes, whose `Change.follows` says whether they are consequences."""
        return [step.change for step in self.steps]

    def by_cause(self) -> dict[Cause, tuple[Change, ...]]:
        """Return the causes in the order in which they first occur, each with all changes that belong to it."""
        members: dict[CauseKey, list[Step]] = {}
        for step in self.steps:
            members.setdefault(step.cause, []).append(step)
        found: dict[Cause, tuple[Change, ...]] = {}
        for key, steps in members.items():
            roots = [step.change for step in steps if step.is_root]
            found[make_cause(key, roots, len(steps) - len(roots))] = tuple(step.change for step in steps)
        return found


def trace_flow(changes: Iterable[Change], old: Sequence[TextNode], new: Sequence[TextNode]) -> Flow:
    """Return the changes of a diff with their causes.

    Args:
        changes: In the order in which they happened.
        old: All nodes of the old text.
        new: All nodes of the new text.
    """
    reader = _CauseReader(_generators(old, new), {node.name for node in old}, {node.name for node in new})
    steps = [reader.read(change) for change in changes]
    _attribute_unfinished(steps)
    return Flow(steps, frozenset(node.name for node in new if node.kind == "call"))


def _generators(*trees: Sequence[TextNode]) -> set[str]:
    """Return the names of generators: what they yield, most texts do not show."""
    texts = {text for nodes in trees for node in nodes for text in (node.args, node.outcome) if text and "gene" in text}
    return {name for text in texts for name in _GENERATOR.findall(text)}


def _attribute_unfinished(steps: Sequence[Step]) -> None:
    """Give a generator that now ends, or no longer does, to the next cause: its reader went on, or stopped, later.

    The line of a generator is before what its reader did with it, so here the text is not in the order of time.
    """
    roots: dict[CauseKey, list[Step]] = {}
    for step in steps:
        if step.is_root:
            roots.setdefault(step.cause, []).append(step)
    order = list(roots)
    for key, following in zip(reversed(order[:-1]), reversed(order[1:]), strict=True):
        if all(_UNFINISHED in (step.change.old, step.change.new) for step in roots[key]):
            for step in steps:
                if step.cause == key:
                    step.cause, step.is_root, step.change.follows = following, False, True


@dataclass(slots=True)
class _Input:
    """Something that a call received and that changed: its cause, and the texts of the values."""

    cause: CauseKey
    values: tuple[ValueChange, ...]


class _CauseReader:
    """Reads the changes of a diff in order, and remembers which calls received what."""

    def __init__(self, generators: set[str], old_names: set[str], new_names: set[str]) -> None:
        self._generators = generators
        self._names = {"added": old_names, "removed": new_names}
        self._inputs: dict[int, list[_Input]] = {}
        self._seen: dict[tuple[str, str], CauseKey] = {}
        self._inside: dict[int, dict[tuple[str, str], CauseKey]] = {}
        self._roots: set[CauseKey] = set()
        self._last: CauseKey | None = None

    def read(self, change: Change) -> Step:
        """Return the change with its cause, and note which calls its values reach."""
        actor = change.place.parent if _is_of_caller(change) else change.place
        change.values = self._most_telling_first(change)
        key = cause_key(change)
        known = self._cause_of(change, actor, key)
        cause = key if known is None else known
        self._roots.update([cause] if known is None else [])
        self._pass_on(change, actor, cause)
        self._last = cause
        change.follows = known is not None
        return Step(change, cause, known is None, "" if actor is None else actor.name, _may_hold_state(actor))

    def _cause_of(self, change: Change, actor: Place | None, key: CauseKey) -> CauseKey | None:
        """Return the cause that a change follows from, or None if it is a cause itself."""
        if change.kind == "header":
            return None
        passed_on = self._passed_on(change)
        if passed_on is not None:
            return passed_on
        if actor is None or key in self._roots or self._is_of_the_code(change, actor):
            return None
        inputs = self._inputs.get(id(actor), ())
        if inputs:
            return _nearest(inputs, change.values)
        return self._last if change.inside_changed else None

    def _passed_on(self, change: Change) -> CauseKey | None:
        """Return where the changed values come from, if each of them was seen before."""
        found = [self._source(change.place, value) for value in change.values if value.old or value.new]
        return found[0] if found and all(found) else None

    def _source(self, place: Place, value: ValueChange) -> CauseKey | None:
        pair = value.old, value.new
        if all(map(_is_distinctive, pair)) and pair in self._seen:
            return self._seen[pair]
        around = place.parent
        for _ in range(_MOST_AROUND):  # a short text counts where a call around received it
            if around is None:
                break
            if pair in self._inside.get(id(around), ()):
                return self._inside[id(around)][pair]
            around = around.parent
        return None

    def _most_telling_first(self, change: Change) -> tuple[ValueChange, ...]:
        """Return the changed values: first an argument passed or left out, else one that was not seen before."""
        values = change.values
        if len(values) < 2:
            return values
        first = next((each for each in values if change.kind == "argument" and _is_of_the_signature(each)), None)
        if first is None:
            first = next((each for each in values if self._source(change.place, each) is None), values[0])
        return (first, *(each for each in values if each is not first))

    def _is_of_the_code(self, change: Change, actor: Place) -> bool:
        """Return whether no value can bring it about, only another code of the caller.

        An argument that is passed or left out, a function that the caller calls on one side alone, and an exception
        that begins or ends here are decisions of their own, whatever changed before.
        """
        if actor.name == OTHER_THREADS:
            return True
        if change.kind == "argument":
            return any(map(_is_of_the_signature, change.values))
        if change.kind in ("added", "removed"):
            return not change.around and change.name not in self._called_by(change, actor)
        if change.kind in ("raises", "no longer raises"):
            return not change.old.startswith("^") and not change.new.startswith("^")
        return change.kind == "renamed"

    def _called_by(self, change: Change, caller: Place) -> Iterable[str]:
        """Return the names of the functions that the caller calls in the text in which ``change`` has no call."""
        node = caller.old if change.kind == "added" else caller.new
        if node is None:
            return self._names[change.kind]
        return {child.name for child in node.children}

    def _pass_on(self, change: Change, actor: Place | None, cause: CauseKey) -> None:
        """Note the calls that the change reaches: from now on they have an input that changed."""
        place = change.place
        if change.kind in ("argument", "resume", "line", "hidden"):
            self._reach(place, cause, change.values)
        elif change.kind in (*_END_KINDS, "yield") and _UNFINISHED not in (change.old, change.new):
            self._reach(place.parent, cause, change.values or _whole(change))
        elif change.kind in _CALL_KINDS and _has_result(place):
            self._reach(place.parent, cause, ())
        # What a generator yields most texts do not show: whatever changes inside it reaches the call that reads it.
        while actor is not None and actor.name in self._generators:
            actor = actor.parent
            self._reach(actor, cause, ())
        for value in change.values or _whole(change):
            pair = value.old, value.new
            self._seen.setdefault(pair, cause)
            if change.kind == "argument":
                self._inside.setdefault(id(place), {}).setdefault(pair, cause)

    def _reach(self, place: Place | None, cause: CauseKey, values: tuple[ValueChange, ...]) -> None:
        if place is not None:
            inputs = self._inputs.setdefault(id(place), [])
            inputs.append(_Input(cause, values))
            del inputs[:-_MOST_INPUTS]


def _is_of_caller(change: Change) -> bool:
    return change.kind in _CALL_KINDS or change.kind == "argument"


def _is_of_the_signature(value: ValueChange) -> bool:
    """Return whether a whole argument is passed or left out."""
    return value.where.isidentifier() and not (value.old and value.new)


def _whole(change: Change) -> tuple[ValueChange, ...]:
    return (ValueChange("", change.old, change.new),) if change.kind in _END_KINDS else ()


def _has_result(place: Place) -> bool:
    """Return whether a call that was added or removed gives its caller something: a result, or an exception."""
    node = place.new or place.old
    return node is not None and node.outcome not in ("", "-> None")


def _nearest(inputs: Sequence[_Input], values: Sequence[ValueChange]) -> CauseKey:
    """Return the cause of the input whose texts the changed values contain; else of the one that changed last."""
    for each in reversed(inputs):
        for mine in each.values:
            if any(_contains(value, mine) for value in values):
                return each.cause
    return inputs[-1].cause


def _contains(value: ValueChange, part: ValueChange) -> bool:
    old, new = part.old.strip("'\""), part.new.strip("'\"")  # a text may be a part of a longer one
    return _is_distinctive(old) and _is_distinctive(new) and old in value.old and new in value.new


def _is_distinctive(text: str) -> bool:
    return len(text) >= _SHORTEST and text not in _COMMON


def _may_hold_state(place: Place | None) -> bool:
    """Return whether a call can read more than its arguments show: a method, a closure, one that receives objects."""
    node = place and (place.new or place.old)
    if not place or not node:
        return False
    return "<" in place.name or "<" in (node.args or "") or any(part[:1].isupper() for part in place.name.split("."))
