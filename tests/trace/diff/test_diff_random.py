"""One change of a random program is reported as that one change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from snapy_instrument.trace.diff.diff import TraceDiff, diff_traces
from snapy_instrument.trace.text.layout import format_trace
from tests.trace.builders import Spec, call, detached, events
from tests.trace.text.test_layout import programs

# What no random program holds, so that a changed value is a new one.
NEW = 777

ARGUMENTS = [None, [1, {"k": (2, 3)}], "text, (with] brackets"]
RESULTS = [None, 1, [1, 2]]


def program(random: Random, size: int) -> Spec:
    """``size`` calls in a random tree, of few functions with few values, so that many are alike."""
    root = call("m.main", x=0, y=0)
    open_calls: list[Spec] = [root]
    for _ in range(size):
        new = call(f"m.{random.choice('fgh')}", x=random.randrange(3), y=random.choice(ARGUMENTS))
        parent = random.choice(open_calls)
        parent.inside = (*parent.inside, new.returns(random.choice(RESULTS)))
        open_calls.append(new)
    return root


# Drawn from a seed: to draw each call costs hypothesis a hundred times as much.
ROOTS = st.builds(lambda seed, size: program(Random(seed), size), st.integers(0, 1 << 32), st.integers(1, 12))
CALLS = ROOTS.map(lambda root: root.inside[0])


@dataclass
class Spot:
    """A call of a program, its place among its siblings, and its path."""

    spec: Spec
    siblings: list[Any]
    place: int
    path: tuple[str, ...]


def spots(root: Spec) -> Iterator[Spot]:
    """Every call but the root."""
    stack: list[tuple[Spec, tuple[str, ...]]] = [(root, (root.name,))]
    while stack:
        spec, path = stack.pop()
        spec.inside = list(spec.inside)  # type: ignore[assignment]
        for place, child in enumerate(spec.inside):
            assert isinstance(child, Spec)
            yield Spot(child, spec.inside, place, (*path, child.name))  # type: ignore[arg-type]
            stack.append((child, (*path, child.name)))


def changed(
    root: Spec, which: int, change: Callable[[Spot], object], suits: Callable[[Spot], bool] = lambda spot: True
) -> tuple[Spot, TraceDiff]:
    """The diff of a program and of the same with a change at one of its calls."""
    other = deepcopy(root)
    found = [spot for spot in spots(other) if suits(spot)]
    assume(found)
    spot = found[which % len(found)]
    path, name = spot.path, spot.spec.name
    change(spot)
    diff = diff_traces(events(root), events(other))
    return Spot(call(name), [], 0, path), diff


def found(diff: TraceDiff) -> tuple[str, tuple[str, ...]]:
    """Kind and path of the only change, which nothing follows from."""
    (change,) = diff.changes
    assert diff.consequences == ()
    assert change.name in diff.summary
    return change.kind, change.path


WHICH = st.integers(0, 100)
TRY = settings(deadline=None, max_examples=150)


@TRY
@given(ROOTS, WHICH)
def test_dropped_call(root: Spec, which: int) -> None:
    """It is removed, or made less often where there are others like it."""
    spot, diff = changed(root, which, lambda spot: spot.siblings.pop(spot.place))
    kind, path = found(diff)
    assert (kind in ("removed", "repeated"), path) == (True, spot.path)


@TRY
@given(ROOTS, WHICH, CALLS)
def test_added_call(root: Spec, which: int, new: Spec) -> None:
    """It is added, or made more often where there are others like it."""
    spot, diff = changed(root, which, lambda spot: spot.siblings.insert(spot.place, new))
    kind, path = found(diff)
    assert (kind in ("added", "repeated"), path) == (True, (*spot.path[:-1], new.name))


@TRY
@given(ROOTS, WHICH)
def test_repeated_call(root: Spec, which: int) -> None:
    """It is made once more."""
    spot, diff = changed(root, which, lambda spot: spot.siblings.insert(spot.place, spot.spec))
    assert found(diff) == ("repeated", spot.path)
    assert int(diff.changes[0].new) == int(diff.changes[0].old) + 1


@TRY
@given(ROOTS, WHICH)
def test_changed_argument(root: Spec, which: int) -> None:
    """It is reported with its name."""
    spot, diff = changed(root, which, lambda spot: spot.spec.args.update(x=NEW))
    assert found(diff) == ("argument", spot.path)
    assert [(each.where, each.new) for each in diff.changes[0].values] == [("x", str(NEW))]


@TRY
@given(ROOTS, WHICH)
def test_changed_argument_deep_inside(root: Spec, which: int) -> None:
    """It is reported with its path."""
    for spot in spots(root):
        spot.spec.args["y"] = [1, {"k": (2, 3)}]
    spot, diff = changed(root, which, lambda spot: spot.spec.args.update(y=[1, {"k": (2, NEW)}]))
    assert found(diff) == ("argument", spot.path)
    assert diff.changes[0].values == (("y[1]['k'][1]", "3", str(NEW)),)


@TRY
@given(ROOTS, WHICH)
def test_changed_result(root: Spec, which: int) -> None:
    """Nothing else is reported."""
    spot, diff = changed(root, which, lambda spot: spot.spec.returns(NEW))
    assert found(diff) == ("result", spot.path)
    assert diff.changes[0].new == str(NEW)


@TRY
@given(ROOTS, WHICH)
def test_exception(root: Spec, which: int) -> None:
    """A call that raises now."""
    spot, diff = changed(root, which, lambda spot: spot.spec.raises("KeyError", NEW))
    assert found(diff) == ("raises", spot.path)
    assert diff.changes[0].new == f"KeyError({NEW})"


@TRY
@given(ROOTS, WHICH)
def test_swapped_calls(root: Spec, which: int) -> None:
    """One of them is moved."""
    names: list[str] = []

    def differ(spot: Spot) -> bool:
        mine, before = spot.spec, spot.siblings[spot.place - 1]
        return spot.place > 0 and (mine.name, mine.args) != (before.name, before.args)

    def swap(spot: Spot) -> None:
        here, place = spot.siblings, spot.place
        names.extend([here[place].name, here[place - 1].name])
        here[place - 1 : place + 1] = reversed(here[place - 1 : place + 1])

    spot, diff = changed(root, which, swap, differ)
    kind, path = found(diff)
    assert (kind, path[:-1], path[-1] in names) == ("moved", spot.path[:-1], True)


@settings(deadline=None, max_examples=100)
@given(programs(), st.sampled_from(["minimal", "standard", "verbose"]))
def test_no_program_differs_from_itself(spec: Spec, level: Any) -> None:
    """Whatever its objects, threads and exceptions are."""
    spec.thread = None
    text = format_trace(events(spec, detached("d", call("m.job", n=1))), detail=level)
    # Another line end, so that the texts are not the same.
    assert not diff_traces(text, f"{text}\n")


@settings(deadline=None, max_examples=150)
@given(programs(), programs(), st.sampled_from(["minimal", "standard", "verbose"]))
def test_any_two_programs_have_a_report(old: Spec, new: Spec, level: Any) -> None:
    """Different texts differ, equal ones do not, and the report has a summary in its first line."""
    old.thread = new.thread = None
    texts = [format_trace(events(spec), detail=level) for spec in (old, new)]
    diff = diff_traces(*texts)
    assert bool(diff) == (texts[0] != texts[1])
    assert diff.lines()[0] == diff.summary
    assert len(diff.overview()) <= 7
